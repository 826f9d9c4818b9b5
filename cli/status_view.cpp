#include "cli/status_view.h"

#include <algorithm>
#include <cstdio>

#include "cli/history_view.h"
#include "controller/headline.h"
#include "controller/problems.h"

namespace understudy::cli {

namespace {

using nlohmann::json;

std::string words(std::string role) {
    std::replace(role.begin(), role.end(), '_', ' ');
    return role;
}

std::string lag_text(const json& host) {
    if (!host.at("lag_seconds").is_number()) return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.2f s", host.at("lag_seconds").get<double>());
    return text;
}

Cell state_of_host(const json& host) {
    if (!host.at("reachable").get<bool>()) return {"silent", Tone::kBad};
    if (host.at("process") == "gone") return {"mysqld is gone", Tone::kBad};
    if (!host.value("answering", false)) return {"does not answer", Tone::kBad};
    if (host.at("reached").get<bool>()) return {"ok", Tone::kGood};
    const std::string detail = host.value("detail", "");
    return {detail.empty() ? "on its way" : detail, Tone::kWarning};
}

std::string host_table(const json& cluster, const Style& style) {
    std::vector<std::vector<Cell>> rows{
        {{"DATABASE"}, {"ROLE"}, {"LAG"}, {"SESSIONS"}, {"MYSQL"}, {"STATE"}}};
    for (const auto& host : cluster.at("hosts")) {
        const bool primary = host.value("primary", false);
        rows.push_back(
            {{host.at("name").get<std::string>(), primary ? Tone::kStrong : Tone::kPlain},
             {words(host.at("role").get<std::string>())},
             {lag_text(host)},
             {host.contains("client_sessions") ? host["client_sessions"].dump() : "-"},
             {host.value("version", "-")},
             state_of_host(host)});
    }
    return table(rows, style);
}

Cell state_of_balancer(const json& balancer) {
    if (!balancer.at("reachable").get<bool>()) return {"silent", Tone::kBad};
    if (balancer.at("process") == "gone") return {"haproxy is gone", Tone::kBad};
    if (!balancer.at("answering").get<bool>()) return {"does not answer", Tone::kBad};
    if (!balancer.at("routed").get<bool>()) return {"not yet routed", Tone::kWarning};
    return {"ok", Tone::kGood};
}

std::string balancer_table(const json& cluster, const Style& style) {
    std::vector<std::vector<Cell>> rows{{{"BALANCER"}, {"VIP"}, {"WRITER"}, {"STATE"}}};
    for (const auto& balancer : cluster.at("load_balancers")) {
        const auto& vip = balancer.at("holds_vip");
        const auto& writer = balancer.at("writer");
        rows.push_back({{balancer.at("name").get<std::string>()},
                        {vip.is_null()     ? "?"
                         : vip.get<bool>() ? "holds it"
                                           : "-"},
                        {writer.is_null() ? "none" : writer.get<std::string>()},
                        state_of_balancer(balancer)});
    }
    return table(rows, style);
}

std::string rotation(const json& web) {
    const bool rotates = web.at("in_rotation").get<bool>();
    if (web.value("drained_by", "").empty() || rotates) return rotates ? "in" : "out";
    const int requests = web.value("requests", 0);
    if (!web.value("drained", false)) return "draining";
    return requests == 0 ? "drained" : "drained, " + std::to_string(requests) + " under way";
}

std::string web_table(const json& cluster, const Style& style) {
    std::vector<std::vector<Cell>> rows{{{"WEB"}, {"ROTATION"}, {"STATE"}}};
    for (const auto& web : cluster.at("web")) {
        const bool healthy = web.at("healthy").get<bool>();
        const std::string trouble = web.value("state", "unknown") + ": " + web.value("cause", "");
        rows.push_back({{web.at("name").get<std::string>()},
                        {rotation(web)},
                        {healthy ? "ok" : trouble, healthy ? Tone::kGood : Tone::kBad}});
    }
    return table(rows, style);
}

Tone tone_of(const json& cluster) {
    switch (controller::standing(cluster)) {
        case controller::Standing::kGood:
            return Tone::kGood;
        case controller::Standing::kWarning:
            return Tone::kWarning;
        case controller::Standing::kBad:
            break;
    }
    return Tone::kBad;
}

std::string last_line(const json& cluster, const json& controller) {
    std::string text = "epoch " + cluster.at("epoch").dump() + ", controller " +
                       controller.value("version", "?") + " since " +
                       short_time(controller.value("started_at", ""));
    const auto& last = cluster.at("last_operation");
    if (last.is_object()) {
        text += "; last: " + last.value("kind", "") + " to " + last.value("to", "") + ", " +
                short_time(last.value("started", ""));
    }
    return text;
}

std::string lacks_text(const json& candidate) {
    const auto& lacks = candidate.at("lacks_transactions");
    const std::string name = candidate.at("name").get<std::string>();
    if (!lacks.is_number()) return "How much " + name + " lacks cannot be told.";
    return name + " lacks " + lacks.dump() +
           " of the transactions that the primary had executed when it was last heard.";
}

}  // namespace

std::string loss_text(const json& cluster, const std::string& to) {
    std::string text;
    for (const auto& candidate : cluster.at("if_primary_died_now").at("candidates")) {
        if (!to.empty() && candidate.at("name") != to) continue;
        text += (text.empty() ? "" : "\n") + lacks_text(candidate);
    }
    return text.empty() ? "There is no other database host." : text;
}

std::string status_text(const json& status, const Style& style) {
    std::string text;
    for (const auto& cluster : status.at("clusters")) {
        text += style.paint(controller::headline(cluster), tone_of(cluster)) + "\n";
        // A controller of an earlier version says nothing of it.
        if (cluster.contains("waiting")) {
            const auto& waiting = cluster.at("waiting");
            text += style.paint(waiting.value("text", ""),
                                waiting.at("blamed").is_null() ? Tone::kPlain : Tone::kWarning) +
                    "\n";
        }
        if (cluster.at("operation").is_object()) {
            const auto& running = cluster.at("operation");
            text += "A " + running.value("kind", "") + " to " + running.value("to", "") +
                    " is running: " + running.value("cause", "") + "\n";
        }
        text += "\n" + host_table(cluster, style);
        if (!cluster.at("load_balancers").empty()) text += "\n" + balancer_table(cluster, style);
        if (!cluster.at("web").empty()) text += "\n" + web_table(cluster, style);
        const auto wrong = controller::problems(cluster, status.at("controller"));
        if (!wrong.empty()) text += "\n" + style.paint("What is wrong", Tone::kStrong) + "\n";
        for (const auto& problem : wrong) text += "  - " + problem + "\n";
        text +=
            "\n" + style.paint(last_line(cluster, status.at("controller")), Tone::kFaint) + "\n";
    }
    return text;
}

}  // namespace understudy::cli

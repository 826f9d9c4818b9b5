#include "controller/problems.h"

#include <cstdint>
#include <utility>

namespace understudy::controller {

namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

std::string name_of(const json& part) { return part.at("name").get<std::string>(); }

// "name: its agent does not answer …"; whether that is so.
bool add_silence(const json& part, Lines& lines) {
    if (part.at("reachable").get<bool>()) return false;
    const std::string trouble = part.value("trouble", "");
    lines.push_back(name_of(part) + ": its agent does not answer" +
                    (trouble.empty() ? "" : " (" + trouble + ")") +
                    ". See whether the server is up and understudy-agent runs there.");
    return true;
}

// The loop steps twenty times a second.
constexpr std::int64_t kStoodStillMs = 5000;

void add_controller(const json& cluster, const json& controller, Lines& lines) {
    const auto age = controller.value("age_ms", std::int64_t{0});
    if (age >= kStoodStillMs) {
        lines.push_back("The controller has decided and observed nothing for " +
                        std::to_string(age / 1000) + " s; all below is as old. Restart it.");
    }
    const std::string store = controller.value("store_trouble", "");
    if (!store.empty()) lines.push_back("Nothing can be decided, the state store fails: " + store);
    const std::string undecided = cluster.value("undecided", "");
    if (!undecided.empty()) lines.push_back(undecided);
    if (cluster.at("paused").get<bool>()) {
        lines.push_back("Automatic failover is paused: " + cluster.value("pause_reason", "") +
                        ". When that is settled: understudy resume");
    }
}

void add_maintenance(const json& cluster, Lines& lines) {
    if (!cluster.contains("maintenance")) return;
    for (const auto& [host, reason] : cluster.at("maintenance").items()) {
        std::string line = host + " is in maintenance: ";
        line.append(reason.get<std::string>());
        line.append(". When that is done: understudy maintenance end ").append(host);
        lines.push_back(std::move(line));
    }
}

// A primary that waits for none is alone, which the first sentence says.
void add_acknowledgements(const json& cluster, Lines& lines) {
    const auto found = cluster.find("acknowledgements");
    if (found == cluster.end()) return;  // a controller of an earlier version
    const int waited_for = found->at("waited_for").get<int>();
    const int asked_for = found->at("asked_for").get<int>();
    if (waited_for == 0 || waited_for >= asked_for) return;
    lines.push_back("Commits wait for " + std::to_string(waited_for) +
                    (waited_for == 1 ? " replica" : " replicas") + "; the policy asks for " +
                    std::to_string(asked_for) +
                    ", which counts as soon as so many follow closely.");
}

void add_rebuild(const json& host, Lines& lines) {
    const std::string name = name_of(host);
    const std::string why = host.value("needs_rebuild", "");
    if (!why.empty()) {
        lines.push_back(
            name + ": " + why + ", so it cannot follow. " +
            (host.value("rebuild_asked", false)
                 ? "It is rebuilt as soon as that can be begun."
                 : "To replace its data, keeping what it alone has: understudy rebuild " + name));
    }
    const auto start = host.find("last_start");
    if (start == host.end() || host.value("in_sync", false)) return;
    const std::string way = start->value("way", "");
    if (way == "refused") lines.push_back(name + ": not rewound: " + start->value("reason", ""));
    if (way == "failed") {
        // A rebuild that was taken back waits for nothing.
        const bool waits = host.value("role", "") == "rebuilding";
        lines.push_back(name + ": what it alone has could not be kept before its rebuilding: " +
                        start->value("reason", "") +
                        (waits ? ". Mend the cause, then restart mysqld there." : ""));
    }
}

void add_host(const json& host, Lines& lines) {
    const bool kept_out = host.value("waits_to_rejoin", false);
    if (kept_out) {
        lines.push_back(name_of(host) +
                        ": it was replaced and stays closed, as the policy says. When you have "
                        "seen what you need: understudy rejoin " +
                        name_of(host));
    }
    if (add_silence(host, lines)) return;
    add_rebuild(host, lines);
    const std::string trouble = host.value("trouble", "");
    if (host.at("process") == "gone") {
        lines.push_back(name_of(host) + ": mysqld is not running. Start it" +
                        (kept_out ? "." : "; it rejoins by itself."));
    } else if (!host.value("answering", false)) {
        lines.push_back(name_of(host) + ": mysqld does not answer" +
                        (trouble.empty() ? "." : ": " + trouble));
    } else if (host.contains("replication")) {
        const std::string error = host["replication"].value("error", "");
        if (!error.empty()) lines.push_back(name_of(host) + ": replication: " + error);
    }
}

void add_balancer(const json& balancer, Lines& lines) {
    if (add_silence(balancer, lines)) return;
    if (balancer.value("keepalived", "") == "gone") {
        const std::string trouble = balancer.value("vip_trouble", "");
        lines.push_back(name_of(balancer) +
                        ": keepalived is not running, so it cannot take the virtual address. "
                        "Start it." +
                        (trouble.empty() ? "" : " The address is still there: " + trouble));
    }
    if (balancer.at("process") == "gone") {
        lines.push_back(name_of(balancer) +
                        ": haproxy is not running. Start it; its agent routes it.");
        return;
    }
    const std::string trouble = balancer.value("trouble", "");
    if (!balancer.at("answering").get<bool>()) {
        lines.push_back(name_of(balancer) + ": haproxy does not answer" +
                        (trouble.empty() ? "." : ": " + trouble));
    } else if (!trouble.empty()) {
        lines.push_back(name_of(balancer) + ": its haproxy cannot hold every route: " + trouble);
    }
}

void add_vip(const json& balancers, Lines& lines) {
    std::size_t holders = 0;
    std::size_t known = 0;
    for (const auto& balancer : balancers) {
        if (!balancer.at("reachable").get<bool>() || balancer.at("holds_vip").is_null()) continue;
        ++known;
        if (balancer.at("holds_vip").get<bool>()) ++holders;
    }
    if (holders > 1) {
        lines.emplace_back(
            "Several load balancers hold the virtual address. See whether VRRP "
            "passes between them.");
    }
    if (known > 0 && known == balancers.size() && holders == 0) {
        lines.emplace_back("No load balancer holds the virtual address. See keepalived on them.");
    }
}

void add_web(const json& web, Lines& lines) {
    const std::string name = name_of(web);
    const bool rotates = web.at("in_rotation").get<bool>();
    const std::string by = web.value("drained_by", "");
    if (!by.empty()) {
        std::string line = name + ": its web server was drained by " + by;
        if (rotates) line += "; it serves all the same, as no other can be reached";
        lines.push_back(line + ". When that is done: understudy undrain " + name);
    }
    if (web.at("healthy").get<bool>() || !web.at("reachable").get<bool>()) return;
    const std::string cause = web.at("cause").get<std::string>();
    lines.push_back(name + ": its web server is " + web.value("state", "sick") + " (" + cause +
                    "); it is " +
                    (rotates ? "still in rotation." : "out of rotation until it is healthy."));
}

}  // namespace

Lines problems(const json& cluster, const json& controller) {
    Lines lines;
    add_controller(cluster, controller, lines);
    add_maintenance(cluster, lines);
    for (const auto& host : cluster.at("hosts")) add_host(host, lines);
    for (const auto& balancer : cluster.at("load_balancers")) add_balancer(balancer, lines);
    add_acknowledgements(cluster, lines);
    add_vip(cluster.at("load_balancers"), lines);
    for (const auto& web : cluster.at("web")) add_web(web, lines);
    for (const auto& blocker : cluster.at("if_primary_died_now").at("blockers")) {
        lines.push_back("No automatic failover now: " + blocker.get<std::string>());
    }
    return lines;
}

}  // namespace understudy::controller

#include "tests/stack/cluster_status.h"

#include <nlohmann/json.hpp>

#include "adapters/http/http.h"
#include "tests/stack/command.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {

using Json = nlohmann::json;

namespace {

constexpr core::Millis kAnswerDeadline{5'000};

core::Result<std::string> ask_controller(const std::string& target) {
    const auto files = in_repository("compose/.secrets/operator/tls/");
    adapters::HttpClientOptions to;
    to.server = {address_of("ctl1"), 9711};
    to.tls = adapters::TlsFiles{files + "ca.crt", files + "tls.crt", files + "tls.key"};
    auto response = adapters::HttpClient(to).get(target, kAnswerDeadline);
    if (!response) return tl::unexpected(response.error());
    if (response->status != 200) {
        return core::failure(core::ErrorCode::kRefused, "GET " + target, response->body,
                             response->status);
    }
    return std::move(response->body);
}

std::string text_or_empty(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? "" : found->get<std::string>();
}

HostStatus host_from(const Json& object) {
    HostStatus host;
    host.role = object.at("role").get<std::string>();
    host.reachable = object.at("reachable").get<bool>();
    const auto lag = object.find("lag_seconds");
    if (lag != object.end() && lag->is_number()) host.lag_seconds = lag->get<double>();
    return host;
}

ClusterStatus cluster_from(const Json& object) {
    ClusterStatus status;
    status.name = object.at("name").get<std::string>();
    status.epoch = object.at("epoch").get<std::uint64_t>();
    status.phase = object.at("phase").get<std::string>();
    status.primary = text_or_empty(object, "primary");
    status.in_sync = object.at("in_sync").get<std::set<std::string>>();
    for (const auto& host : object.at("hosts")) {
        status.hosts[host.at("name").get<std::string>()] = host_from(host);
    }
    const auto& readiness = object.at("if_primary_died_now");
    status.candidate = text_or_empty(readiness, "candidate");
    status.blockers = readiness.at("blockers").get<std::vector<std::string>>();
    return status;
}

HistoryEvent event_from(const Json& object) {
    HistoryEvent event;
    event.id = object.at("id").get<std::uint64_t>();
    event.at = core::WallTime{std::chrono::microseconds(object.at("at_us").get<std::int64_t>())};
    event.kind = object.at("kind").get<std::string>();
    event.reason = object.at("reason").get<std::string>();
    const auto detail = object.find("detail");
    if (detail == object.end() || !detail->is_object() || !detail->contains("marks")) return event;
    for (const auto& mark : detail->at("marks")) {
        event.marks[mark.at("name").get<std::string>()] =
            core::WallTime{std::chrono::microseconds(mark.at("at_us").get<std::int64_t>())};
    }
    return event;
}

tl::unexpected<core::Error> malformed(const char* what, const Json::exception& error) {
    return core::failure(core::ErrorCode::kInvalid, what, error.what());
}

core::Result<ClusterStatus> await_status(const std::string& what, core::Millis deadline,
                                         bool (*wanted)(const ClusterStatus&, const std::string&)) {
    ClusterStatus last;
    auto reached = wait_until(what, deadline, [&]() -> std::string {
        auto status = cluster_status();
        if (!status) return describe(status.error());
        last = *status;
        return wanted(last, what) ? "" : describe(last);
    });
    if (!reached) return tl::unexpected(reached.error());
    return last;
}

}  // namespace

std::string describe(const ClusterStatus& status) {
    std::string text = "epoch " + std::to_string(status.epoch) + " " + status.phase + ", primary " +
                       status.primary + ", in sync:";
    for (const auto& name : status.in_sync) text += " " + name;
    for (const auto& blocker : status.blockers) text += "; " + blocker;
    return text;
}

core::Result<ClusterStatus> status_from_json(std::string_view text) {
    try {
        return cluster_from(Json::parse(text).at("clusters").at(0));
    } catch (const Json::exception& error) {
        return malformed("status --json", error);
    }
}

core::Result<std::vector<HistoryEvent>> history_from_json(std::string_view text) {
    try {
        std::vector<HistoryEvent> events;
        const Json document = Json::parse(text);
        for (const auto& one : document.at("entries")) events.push_back(event_from(one));
        return events;
    } catch (const Json::exception& error) {
        return malformed("history --json", error);
    }
}

core::Result<std::string> understudy(const std::vector<std::string>& arguments,
                                     core::Millis deadline) {
    std::vector<std::string> command{in_repository("understudy")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return output_of(command, deadline);
}

core::Result<ClusterStatus> cluster_status() {
    const auto text = ask_controller("/v1/status");
    if (!text) return tl::unexpected(text.error());
    return status_from_json(*text);
}

core::Result<std::vector<HistoryEvent>> history() {
    const auto text = ask_controller("/v1/history?limit=200");
    if (!text) return tl::unexpected(text.error());
    return history_from_json(*text);
}

core::Result<ClusterStatus> await_protected(core::Millis deadline) {
    return await_status("protected", deadline, [](const ClusterStatus& status, const std::string&) {
        return status.is_protected();
    });
}

core::Result<ClusterStatus> await_phase(const std::string& phase, core::Millis deadline) {
    return await_status(phase, deadline, [](const ClusterStatus& status, const std::string& want) {
        return status.phase == want;
    });
}

core::Result<HistoryEvent> await_event(const std::string& kind, core::WallTime since,
                                       core::Millis deadline) {
    HistoryEvent found;
    auto happened = wait_until("\"" + kind + "\" in the history", deadline, [&]() -> std::string {
        const auto events = history();
        if (!events) return describe(events.error());
        for (const auto& event : *events) {
            if (event.kind != kind || event.at < since) continue;
            found = event;
            return "";
        }
        return "there is none among the newest " + std::to_string(events->size());
    });
    if (!happened) return tl::unexpected(happened.error());
    return found;
}

}  // namespace understudy::stack

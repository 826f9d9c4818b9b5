#include "controller/status_json.h"

#include <nlohmann/json.hpp>

#include "adapters/log/time_text.h"
#include "controller/headline.h"
#include "controller/problems.h"
#include "controller/web_json.h"
#include "wire/enum_names.h"
#include "wire/json.h"

namespace understudy::controller {

namespace {

using adapters::time_text;
using core::HostName;
using core::HostReport;
using nlohmann::json;

std::string dumped(const json& document) {
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

json names(const std::set<HostName>& hosts) {
    json array = json::array();
    for (const auto& host : hosts) array.push_back(host.value);
    return array;
}

json operation_json(const core::Operation& operation) {
    json document = json::parse(wire::to_json(operation));
    document["started"] = time_text(operation.started);
    return document;
}

const HostReport* report_of(const Snapshot& snapshot, const HostName& host) {
    const auto seen = snapshot.view.find(host);
    return seen == snapshot.view.end() ? nullptr : &seen->second.report;
}

bool reachable(const Snapshot& snapshot, const HostName& host) {
    const auto found = snapshot.reachable.find(host);
    return found != snapshot.reachable.end() && found->second;
}

const char* process_name(core::ProcessState state) {
    switch (state) {
        case core::ProcessState::kRunning:
            return "running";
        case core::ProcessState::kGone:
            return "gone";
        case core::ProcessState::kUnknown:
            break;
    }
    return "unknown";
}

const char* receiver_name(core::ReceiverState state) {
    switch (state) {
        case core::ReceiverState::kRunning:
            return "running";
        case core::ReceiverState::kConnecting:
            return "connecting";
        case core::ReceiverState::kStopped:
            break;
    }
    return "stopped";
}

// Reachable or not, when it was heard, and why it is not.
json line_json(const Snapshot& snapshot, const HostName& host) {
    json line{{"name", host.value}, {"reachable", reachable(snapshot, host)}};
    line["heard_ms_ago"] = nullptr;
    const auto seen = snapshot.view.find(host);
    if (seen != snapshot.view.end()) {
        line["heard_ms_ago"] =
            std::chrono::duration_cast<core::Millis>(snapshot.at.monotonic - seen->second.heard)
                .count();
    }
    const auto why = snapshot.unheard.find(host);
    line["trouble"] = why == snapshot.unheard.end() ? "" : why->second;
    return line;
}

void add_database(json& line, const core::DatabaseFacts& facts) {
    line["process"] = process_name(facts.process);
    line["answering"] = facts.answering;
    if (!facts.trouble.empty()) line["trouble"] = facts.trouble;
    line["version"] = facts.version;
    const bool cloned_onto = facts.clone.state == core::CloneState::kRunning;
    line["writable"] = facts.answering && !facts.super_read_only && !cloned_onto;
    line["client_sessions"] = facts.client_sessions;
    line["gtid_executed"] = facts.executed.to_string();
    const auto& replication = facts.replication;
    if (replication.lag_seconds) line["lag_seconds"] = *replication.lag_seconds;
    if (replication.configured) {
        line["replication"] = {{"source", replication.source_host},
                               {"receiver", receiver_name(replication.receiver)},
                               {"applier_running", replication.applier_running},
                               {"error", replication.error_text}};
    }
    if (facts.lease) {
        line["lease"] = {{"granted", facts.lease->granted},
                         {"needed", facts.lease->needed},
                         {"held", facts.lease->held}};
    }
    line["semi_sync"] = {{"waits", facts.semi_sync.source_enabled},
                         {"clients", facts.semi_sync.source_clients},
                         {"acknowledges", facts.semi_sync.replica_active}};
}

// What the step before mysqld's newest start did.
json start_json(const core::LastStart& start) {
    return {{"at", time_text(start.at)},
            {"way", start.way},
            {"reason", start.reason},
            {"orphans", start.orphans.to_string()}};
}

json rebuild_json(const core::HostRole& role, const HostReport* report) {
    json document{{"donor", role.source.value}, {"state", "none"}};
    if (report == nullptr || !report->database) return document;
    const auto& clone = report->database->clone;
    document["state"] = wire::EnumNames<core::CloneState>::name(clone.state);
    document["bytes"] = clone.bytes;
    document["total_bytes"] = clone.total_bytes;
    document["bytes_per_second"] = clone.bytes_per_second;
    document["seconds_left"] = nullptr;
    if (clone.bytes_per_second > 0 && clone.total_bytes >= clone.bytes) {
        document["seconds_left"] = (clone.total_bytes - clone.bytes) / clone.bytes_per_second;
    }
    return document;
}

json host_json(const Snapshot& snapshot, const core::DatabaseHost& host) {
    json line = line_json(snapshot, host.name);
    const auto& record = snapshot.record;
    const auto role = record.roles.find(host.name);
    line["role"] = role == record.roles.end() ? "none" : std::string(to_string(role->second.role));
    line["source"] = nullptr;
    if (role != record.roles.end() && !role->second.source.empty()) {
        line["source"] = role->second.source.value;
    }
    line["primary"] = record.primary == host.name;
    line["in_sync"] = record.in_sync.count(host.name) > 0;
    line["lag_seconds"] = nullptr;
    line["process"] = "unknown";
    line["reached"] = false;
    line["detail"] = "";
    line["gtid_executed"] = "";
    line["address"] = host.address.host + ":" + std::to_string(host.address.port);
    const HostReport* report = report_of(snapshot, host.name);
    const auto why = snapshot.needs_rebuild.find(host.name);
    line["needs_rebuild"] = why == snapshot.needs_rebuild.end() ? "" : why->second;
    line["waits_to_rejoin"] = record.not_rejoined.count(host.name) > 0;
    line["rebuild_asked"] = record.rebuild_asked.count(host.name) > 0;
    line["rebuild"] = nullptr;
    if (role != record.roles.end() && role->second.role == core::Role::kRebuilding) {
        line["rebuild"] = rebuild_json(role->second, report);
    }
    if (report == nullptr) return line;
    if (report->last_start) line["last_start"] = start_json(*report->last_start);
    if (report->applied) {
        line["reached"] = report->applied->reached && role != record.roles.end() &&
                          report->applied->role == role->second.role;
        line["detail"] = report->applied->detail;
    }
    if (report->database) add_database(line, *report->database);
    if (report->orphans) {
        std::uint64_t transactions = 0;
        for (const auto& kept : *report->orphans) transactions += kept.transactions;
        line["orphans"] = {{"files", report->orphans->size()}, {"transactions", transactions}};
    }
    return line;
}

void add_vip(json& line, const core::VipFacts& facts) {
    line["holds_vip"] = facts.held;
    line["keepalived"] = process_name(facts.keepalived);
    if (facts.changed) line["vip_changed"] = time_text(*facts.changed);
    if (!facts.trouble.empty()) line["vip_trouble"] = facts.trouble;
}

json balancer_json(const Snapshot& snapshot, const HostName& name) {
    json line = line_json(snapshot, name);
    line.update({{"process", "unknown"}, {"answering", false}, {"writer", nullptr}});
    line.update({{"holds_vip", nullptr}, {"keepalived", "unknown"}, {"routed", false}});
    const HostReport* report = report_of(snapshot, name);
    if (report == nullptr) return line;
    if (report->vip) add_vip(line, *report->vip);
    if (!report->load_balancer) return line;
    const auto& facts = *report->load_balancer;
    line["process"] = process_name(facts.process);
    line["answering"] = facts.answering;
    if (!facts.trouble.empty()) line["trouble"] = facts.trouble;
    line["routed"] = facts.route_applied == snapshot.record.route.revision;
    for (const auto& [host, server] : facts.writers) {
        if (server.up) line["writer"] = host.value;
    }
    return line;
}

template <class T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

json readiness_json(const core::Readiness& ready) {
    json document{{"candidate", ready.candidate ? json(ready.candidate->value) : json(nullptr)},
                  {"blockers", ready.blockers},
                  {"loss_transactions", or_null(ready.loss_transactions)},
                  {"seconds", or_null(ready.seconds)},
                  {"candidates", json::array()}};
    for (const auto& candidate : ready.candidates) {
        document["candidates"].push_back({{"name", candidate.name.value},
                                          {"hindrance", candidate.hindrance},
                                          {"lacks_transactions", or_null(candidate.lacks)}});
    }
    return document;
}

const char* standing_name(Standing standing) {
    switch (standing) {
        case Standing::kGood:
            return "good";
        case Standing::kWarning:
            return "warning";
        case Standing::kBad:
            break;
    }
    return "bad";
}

json acknowledgements_json(const Snapshot& snapshot) {
    const auto& record = snapshot.record;
    const auto primary = record.roles.find(record.primary);
    const bool waits =
        primary != record.roles.end() && primary->second.role == core::Role::kPrimaryLossless;
    return {{"waited_for", waits ? record.acknowledgements : 0},
            {"asked_for", snapshot.acknowledgements_asked}};
}

// The same in words, for people.
void add_words(json& cluster, const json& controller) {
    cluster["verdict"] = {{"text", headline(cluster)},
                          {"standing", standing_name(standing(cluster))}};
    cluster["problems"] = problems(cluster, controller);
}

json cluster_json(const Snapshot& snapshot, const core::Topology& topology) {
    const auto& record = snapshot.record;
    json cluster{{"name", topology.cluster},
                 {"epoch", record.epoch.value},
                 {"revision", record.revision.value},
                 {"phase", std::string(to_string(record.phase))},
                 {"primary", record.primary.value},
                 {"in_sync", names(record.in_sync)},
                 {"acknowledgements", acknowledgements_json(snapshot)},
                 {"lease_ms", record.lease.count()},
                 {"paused", record.pause.paused},
                 {"pause_reason", record.pause.reason},
                 {"undecided", snapshot.undecided},
                 {"promotion_point", record.promotion_point.to_string()}};
    cluster["if_primary_died_now"] = readiness_json(snapshot.readiness);
    cluster["maintenance"] = json::object();
    for (const auto& [host, reason] : record.maintenance) {
        cluster["maintenance"][host.value] = reason;
    }
    cluster["operation"] = record.operation ? operation_json(*record.operation) : json(nullptr);
    cluster["last_operation"] =
        record.last_operation ? operation_json(*record.last_operation) : json(nullptr);
    cluster["route"] = {
        {"writer", record.route.writer ? json(record.route.writer->value) : json(nullptr)},
        {"readers", names(record.route.readers)},
        {"web", names(record.route.web)},
        {"drained", names(record.route.drained)}};
    for (const char* list : {"hosts", "load_balancers", "web"}) cluster[list] = json::array();
    for (const auto& host : topology.databases) {
        cluster["hosts"].push_back(host_json(snapshot, host));
    }
    for (const auto& name : topology.load_balancers) {
        cluster["load_balancers"].push_back(balancer_json(snapshot, name));
    }
    for (const auto& name : topology.web_backends) {
        cluster["web"].push_back(web_json(snapshot, topology, name));
    }
    return cluster;
}

}  // namespace

std::string status_json(const Snapshot& snapshot, const core::Topology& topology,
                        const ProgramFacts& program, const WaitingByHost& waiting,
                        core::MonotonicTime now) {
    const auto age = std::chrono::duration_cast<core::Millis>(now - snapshot.at.monotonic);
    json document;
    document["controller"] = {{"version", program.version},
                              {"started_at", time_text(program.started)},
                              {"now", time_text(snapshot.at.wall)},
                              {"age_ms", age.count()},
                              {"store_trouble", snapshot.store_trouble.value_or("")}};
    json cluster = cluster_json(snapshot, topology);
    cluster["waiting"] = waiting_json(waiting, now);
    add_words(cluster, document["controller"]);
    document["clusters"] = json::array({std::move(cluster)});
    return dumped(document);
}

std::string history_json(const std::vector<ports::HistoryEntry>& entries) {
    json list = json::array();
    for (const auto& entry : entries) {
        json detail = json::parse(entry.detail_json, nullptr, false);
        if (detail.is_discarded()) detail = nullptr;
        list.push_back({{"id", entry.id},
                        {"at", time_text(entry.at)},
                        {"at_us", entry.at.time_since_epoch().count()},
                        {"epoch", entry.epoch.value},
                        {"kind", entry.kind},
                        {"rule", entry.rule},
                        {"reason", entry.reason},
                        {"event", entry.event},
                        {"detail", detail}});
    }
    return dumped({{"entries", list}});
}

std::string orphans_json(const Snapshot& snapshot, const HostName& host) {
    json list = json::array();
    for (const auto& [name, seen] : snapshot.view) {
        if (!seen.report.orphans || (!host.empty() && name != host)) continue;
        for (const auto& kept : *seen.report.orphans) {
            json line = json::parse(wire::to_json(kept));
            line["host"] = name.value;
            line["kept_at"] = time_text(kept.kept_at);
            list.push_back(std::move(line));
        }
    }
    return dumped({{"orphans", list}});
}

std::string answer_json(const Answer& answer) {
    return dumped(
        {{"done", answer.done},
         {"reason", answer.reason},
         {"operation", answer.operation ? operation_json(*answer.operation) : json(nullptr)}});
}

}  // namespace understudy::controller

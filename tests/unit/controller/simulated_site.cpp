#include "tests/unit/controller/simulated_site.h"

#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>

namespace understudy::controller::test {

namespace {

using core::HostName;

template <class T>
void append(std::vector<T>& all, std::vector<T>& more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

}  // namespace

core::Topology two_hosts() {
    return {"main",
            {{kWeb1, {"198.18.0.21", 3306}, 100}, {kWeb2, {"198.18.0.22", 3306}, 100}},
            {kLb1, kLb2},
            {kWeb1, kWeb2}};
}

void gather(Outgoing& all, Outgoing more) {
    append(all.telling.assignments, more.telling.assignments);
    append(all.telling.routes, more.telling.routes);
    append(all.recorded, more.recorded);
    append(all.completed, more.completed);
    append(all.answers, more.answers);
    append(all.notes, more.notes);
    append(all.troubles, more.troubles);
    all.urgent_work_left = more.urgent_work_left;
}

std::map<HostName, core::HostReport> first_reports() {
    std::map<HostName, core::HostReport> reports;
    for (const auto& name : {kWeb1, kWeb2, kLb1, kLb2}) {
        reports[name].host = name;
        reports[name].agent_start = 1;
    }
    for (const auto& name : {kWeb1, kWeb2}) {
        auto& facts = reports[name].database.emplace();
        facts.process = core::ProcessState::kRunning;
        facts.incarnation = 1;
        facts.answering = true;
        facts.super_read_only = true;
        facts.server_uuid = std::string(36, name == kWeb1 ? '1' : '2');
        reports[name].backend = core::BackendFacts{true, false, ""};
    }
    for (const auto& name : {kLb1, kLb2}) {
        auto& facts = reports[name].load_balancer.emplace();
        facts.process = core::ProcessState::kRunning;
        facts.answering = true;
        reports[name].vip.emplace().held = name == kLb1;
        for (const auto& host : {kWeb1, kWeb2}) facts.writers[host].check_passes = true;
    }
    return reports;
}

SimulatedSite::SimulatedSite() : reports_(first_reports()) { restart_controller(); }

void SimulatedSite::restart_controller() {
    loop = std::make_unique<ClusterLoop>(two_hosts(), core::Policy{}, store, clock);
    if (!loop->start()) throw std::runtime_error("the loop does not start");
}

void SimulatedSite::settle() { rounds(); }

Outgoing SimulatedSite::round(std::vector<Event> events) {
    for (auto& [name, report] : reports_) {
        const auto now = clock.now().monotonic;
        if (reported_[name] != report) ++report.sequence;
        reported_[name] = report;
        if (silent.count(name) > 0) continue;
        events.push_back(Heard{std::make_shared<core::HostReport>(report), now, now});
    }
    Outgoing outgoing = loop->step(std::move(events));
    clock.pass(core::Millis{1});
    obey(outgoing.telling);
    replicate();
    return outgoing;
}

Outgoing SimulatedSite::rounds(std::vector<Event> events) {
    Outgoing all = round(std::move(events));
    for (int quiet = 0; quiet < 3;) {
        clock.pass(core::Millis{20});
        Outgoing more = round();
        const bool idle = more.recorded.empty() && more.telling.assignments.empty() &&
                          more.telling.routes.empty();
        quiet = idle ? quiet + 1 : 0;
        gather(all, std::move(more));
    }
    return all;
}

bool SimulatedSite::obeys(const HostName& host) const {
    return silent.count(host) == 0 && deaf.count(host) == 0;
}

void SimulatedSite::obey(const Telling& telling) {
    const auto at = clock.now().wall;
    for (const auto& [host, assignment] : telling.assignments) {
        if (obeys(host)) carry_out(reports_.at(host), assignment, at);
    }
    for (const auto& [host, route] : telling.routes) {
        if (obeys(host)) carry_out(reports_.at(host), route, at);
    }
}

void carry_out(core::HostReport& report, const core::Assignment& assignment, core::WallTime at) {
    auto& facts = *report.database;
    if (facts.process != core::ProcessState::kRunning) return;
    if (report.applied && report.applied->token == assignment.token) return;
    facts.super_read_only = !is_primary(assignment.role);
    facts.semi_sync.source_enabled = assignment.role == core::Role::kPrimaryLossless;
    facts.semi_sync.replica_enabled = assignment.role == core::Role::kReplicaInSync;
    facts.replication = {};
    if (assignment.source) {
        facts.replication.configured = true;
        facts.replication.source_host = assignment.source->host;
        facts.replication.receiver = core::ReceiverState::kRunning;
        facts.replication.applier_running = true;
        facts.replication.lag_seconds = 0.0;
        facts.replication.source_silent = core::Millis{0};
    }
    const bool at_once = assignment.role != core::Role::kRebuilding;
    auto& applied = report.applied.emplace();
    applied.token = assignment.token;
    applied.role = assignment.role;
    applied.reached = at_once;
    applied.tied = assignment.incarnation.has_value();
    applied.marks = {{"received", at}};
    if (is_primary(assignment.role)) {
        report.applied->promotion_point = facts.executed;
        report.applied->marks.push_back({"opened", at});
    }
    if (assignment.role == core::Role::kFenced) report.applied->marks.push_back({"fenced", at});
}

void carry_out(core::HostReport& report, const core::Route& route, core::WallTime at) {
    auto& facts = *report.load_balancer;
    if (facts.route_applied == route.revision) return;
    facts.route_applied = route.revision;
    facts.marks = {{"route_received", at}, {"routed", at}};
    for (auto& [name, server] : facts.writers) server.up = route.writer == name;
}

// The replica's acknowledging connection, as its primary sees it.
void SimulatedSite::replicate() {
    for (const auto& [name, other] : {std::pair(kWeb1, kWeb2), std::pair(kWeb2, kWeb1)}) {
        auto& replica = *reports_.at(other).database;
        auto& primary = *reports_.at(name).database;
        const bool runs = replica.process == core::ProcessState::kRunning &&
                          primary.process == core::ProcessState::kRunning;
        replica.semi_sync.replica_active = replica.semi_sync.replica_enabled && runs;
        primary.semi_sync.source_clients = replica.semi_sync.replica_active ? 1 : 0;
    }
}

void SimulatedSite::kill_mysqld(const HostName& host) {
    auto& report = reports_.at(host);
    report.database->process = core::ProcessState::kGone;
    report.database->answering = false;
    report.database->trouble = "mysqld is not running";
    report.database_gone_at = clock.now().wall;
    replicate();
}

void SimulatedSite::start_mysqld(const HostName& host) {
    auto& report = reports_.at(host);
    report.database->process = core::ProcessState::kRunning;
    report.database->answering = true;
    report.database->incarnation += 1;
    report.database->super_read_only = true;
    report.applied.reset();
}

std::vector<std::string> SimulatedSite::kinds() const {
    std::vector<std::string> kinds;
    for (const auto& entry : store.entries) kinds.push_back(entry.kind);
    return kinds;
}

}  // namespace understudy::controller::test

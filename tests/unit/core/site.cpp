#include "tests/unit/core/site.h"

namespace understudy::core::test {

GtidSet gtids(const std::string& text) { return GtidSet::parse(text).value(); }

Site::Site() {
    for (const auto& name : {kWeb1, kWeb2, kLb1, kLb2}) {
        view[name].report.host = name;
        view[name].heard = now.monotonic;
    }
    for (const auto& name : {kWeb1, kWeb2}) {
        auto& facts = report(name).database.emplace();
        facts.process = ProcessState::kRunning;
        facts.incarnation = 1;
        facts.answering = true;
        facts.super_read_only = true;
        facts.server_uuid = name == kWeb1 ? kUuid1 : kUuid2;
        report(name).backend = BackendFacts{true, false, ""};
    }
    for (const auto& name : {kLb1, kLb2}) {
        auto& facts = report(name).load_balancer.emplace();
        facts.process = ProcessState::kRunning;
        facts.answering = true;
        for (const auto& server : {kWeb1, kWeb2}) facts.writers[server].check_passes = true;
    }
}

Site Site::protected_site() {
    Site site;
    for (int i = 0; i < 20 && site.record.phase != Phase::kProtected; ++i) {
        if (site.ask().next) site.step();
        site.obey();
    }
    while (site.ask().next) site.step();
    return site;
}

void Site::add_web3() {
    topology.databases.push_back({kWeb3, {"198.18.0.23", 3306}});
    view[kWeb3] = view.at(kWeb2);
    report(kWeb3).host = kWeb3;
    database(kWeb3).server_uuid = "33333333-3333-3333-3333-333333333333";
}

Decision Site::ask(const Request* request) const {
    return decide({record, view, topology, policy, now, request});
}

std::string Site::step(const Request* request) {
    auto decision = ask(request);
    if (!decision.next) return "nothing: " + decision.reason;
    record = *decision.next;
    return std::string(decision.rule);
}

void Site::take_up() {
    for (const auto& [name, role] : record.roles) {
        if (view.count(name) == 0) continue;
        const auto told = assignment_for(name, record, topology);
        report(name).database_epoch = told->token.epoch;
        report(name).database_revision = told->token.revision;
    }
}

void Site::obey() {
    for (const auto& [name, role] : record.roles) {
        if (view.count(name) == 0) continue;
        auto& facts = database(name);
        if (facts.process != ProcessState::kRunning) continue;
        const auto told = *assignment_for(name, record, topology);
        facts.super_read_only = !is_primary(told.role);
        facts.semi_sync.source_enabled = told.role == Role::kPrimaryLossless;
        facts.semi_sync.acknowledgements = told.acknowledgements;
        facts.semi_sync.replica_enabled = told.role == Role::kReplicaInSync;
        facts.semi_sync.replica_active = facts.semi_sync.replica_enabled;
        facts.replication.configured = is_replica(told.role);
        facts.replication.receiver =
            is_replica(told.role) ? ReceiverState::kRunning : ReceiverState::kStopped;
        facts.replication.applier_running = is_replica(told.role);
        facts.replication.lag_seconds.reset();
        if (is_replica(told.role)) {
            facts.replication.lag_seconds = 0.1;
            facts.executed = database(record.primary).executed;
            facts.replication.source_silent = Millis{0};
        }
        auto& applied = report(name).applied.emplace();
        applied.token = told.token;
        applied.role = told.role;
        applied.reached = true;
        if (is_primary(told.role)) applied.promotion_point = facts.executed;
    }
    auto& clients = database(record.primary).semi_sync.source_clients;
    clients = 0;
    for (const auto& [name, role] : record.roles) {
        if (view.count(name) == 0 || name == record.primary) continue;
        if (database(name).semi_sync.replica_active) ++clients;
    }
}

void Site::pass(Millis time) {
    now.monotonic += time;
    now.wall += time;
}

void Site::hear_all() {
    for (auto& [name, observation] : view) observation.heard = now.monotonic;
}

void Site::kill_mysqld(const HostName& host) {
    auto& facts = database(host);
    facts.process = ProcessState::kGone;
    facts.answering = false;
    report(host).database_gone_at = now.wall;
}

}  // namespace understudy::core::test

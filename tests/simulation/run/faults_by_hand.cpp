// What people do at bad moments, by the tool's commands and behind its back.
#include <utility>

#include "tests/simulation/run/faults.h"

namespace understudy::simulation {

namespace {

constexpr int kRelayLogWriteFailure = 1595;

}  // namespace

void Faults::stop_replication_by_hand() {
    auto& server = site_.server(replica());
    if (!server.answers()) return;
    const auto which = random_.below(3);
    if (which != 1) server.stop_receiver();
    if (which != 0 && !server.applier_waits()) server.stop_applier();
    later(lasting(2s, 60s), [&server] { server.start_by_hand(); });
}

void Faults::break_applier() {
    const int index = replica();
    auto& server = site_.server(index);
    if (!server.answers() || server.applier_waits()) return;
    site_.break_applier(index);
    later(lasting(2s, 40s), [&server] { server.start_by_hand(); });
}

void Faults::switchover() { site_.ask(core::OperationKind::kSwitchover); }

void Faults::switchover_and_fault() {
    site_.ask(core::OperationKind::kSwitchover);
    const auto& fault = kAll[random_.below(kAll.size())];
    later(random_.between(0us, random_.chance(0.6) ? 60ms : 2s), [this, &fault] { befall(fault); });
}

void Faults::failover_asked() { site_.ask(core::OperationKind::kFailover); }

void Faults::pause_automatic() {
    site_.pause(true);
    later(lasting(2s, 40s), [this] { site_.pause(false); });
}

// Copies of old messages arrive after newer ones.
void Faults::switchover_in_an_echo() {
    auto& weather = site_.network().weather;
    weather.doubling = 0.6;
    site_.ask(core::OperationKind::kSwitchover);
    later(lasting(4s, 10s), [this] { site_.network().weather = {}; });
}

void Faults::switchover_behind_a_transaction() {
    site_.server(std::max(site_.primary(), 0)).hold_up_closing();
    site_.ask(core::OperationKind::kSwitchover);
    if (random_.chance(0.5)) return;
    later(random_.between(300ms, 800ms), [this] { kill_replica(); });
}

void Faults::kill_primary_and_ask() {
    keep_down();
    later(random_.between(100ms, 4s), [this] { site_.ask(core::OperationKind::kFailover); });
}

// The primary is off, and its replica perhaps not in sync.
void Faults::loss_accepted() {
    if (random_.chance(0.5)) cut_replication();
    later(random_.between(0us, 3s), [this] { keep_down(); });
    const bool accept = site_.options().operators_accept_loss;
    later(random_.between(3s, 6s),
          [this, accept] { site_.ask(core::OperationKind::kFailover, accept); });
}

// A member dies too, after the members were asked and before all have answered.
void Faults::loss_accepted_while_gathering() {
    if (!site_.options().operators_accept_loss) return;
    keep_down();
    for (int i = 1; i <= 1000; ++i) {
        later(i * 1ms, [this] {
            const int member = replica();
            if (site_.record().phase != core::Phase::kGathering) return;
            if (site_.database(member).mysqld_down()) return;
            site_.database(member).restart_delay = 20s;
            site_.database(member).kill_mysqld();
        });
    }
    later(2s, [this] { site_.ask(core::OperationKind::kFailover, true); });
}

void Faults::detach_and_attach() {
    const int host = replica();
    site_.change(host, core::HostChange::kDetach);
    later(lasting(2s, 60s), [this, host] { site_.change(host, core::HostChange::kAttach); });
}

void Faults::spare_a_host() {
    const int host = replica();
    site_.change(host, core::HostChange::kBeginMaintenance);
    later(lasting(2s, 60s),
          [this, host] { site_.change(host, core::HostChange::kEndMaintenance); });
}

void Faults::drain_a_web_server() {
    const int host = any_database();
    site_.change(host, core::HostChange::kDrain);
    later(lasting(2s, 60s), [this, host] { site_.change(host, core::HostChange::kUndrain); });
}

// The drained one is the last that is well.
void Faults::drain_and_sick_others() {
    const int drained = any_database();
    site_.change(drained, core::HostChange::kDrain);
    const Micros lasts = lasting(2s, 60s);
    for (int i = 0; i < site_.options().databases; ++i) {
        auto& host = site_.database(i);
        if (i == drained || !host.agent_alive()) continue;
        host.agent()->set_backend(false);
        later(lasts / 2, [&host] {
            if (host.agent_alive()) host.agent()->set_backend(true);
        });
    }
    later(lasts, [this, drained] { site_.change(drained, core::HostChange::kUndrain); });
}

// RESET REPLICA on the host that is about to open, with what it received and has not applied.
// At once, or when it has applied all that was known of it: what came after that is in its relay
// log alone.
void Faults::reset_the_heir() {
    const bool at_once = random_.chance(0.3);
    const Micros apply = at_once ? 3s : random_.between(5ms, 60ms);
    kill_primary_while_a_replica_takes(apply);
    for (int i = 1; i <= 200; ++i) {
        later(2500ms + i * 10ms, [this, at_once] {
            const int heir = site_.primary();
            const auto& record = site_.record();
            if (heir < 0 || record.phase != core::Phase::kPromoting || !record.operation) return;
            auto& server = site_.server(heir);
            if (at_once || server.executed().contains(record.operation->must_hold))
                server.reset_by_hand();
        });
    }
}

void Faults::break_the_heir() {
    kill_primary_of_slow_replica();
    later(2500ms + random_.between(0us, 300ms), [this] {
        const int heir = std::max(site_.primary(), 0);
        auto& server = site_.server(heir);
        if (!server.answers() || server.applier_waits() || server.writable()) return;
        site_.break_applier(heir);
        later(lasting(500ms, 10s), [&server] { server.start_by_hand(); });
    });
}

// Its disk is full, say.
void Faults::fail_receiver() {
    auto& server = site_.server(replica());
    server.fail_receiver(kRelayLogWriteFailure);
    later(lasting(1s, 20s), [&server] { server.fail_receiver(0); });
}

// How many replicas acknowledge, where there are several; or whether commits wait at all.
void Faults::change_durability() {
    if (site_.options().databases > 2 && random_.chance(0.5)) return change_acknowledgements();
    const auto before = site_.options().policy.async;
    site_.change_durability(before ? std::nullopt : std::optional(core::AsyncDurability{}));
    later(lasting(5s, 60s), [this, before] { site_.change_durability(before); });
}

void Faults::change_acknowledgements() {
    const auto before = site_.options().policy.acknowledgements;
    const auto replicas = static_cast<std::uint64_t>(site_.options().databases - 1);
    if (random_.chance(0.5)) slow_receiver();
    site_.change_acknowledgements(1 + static_cast<int>(random_.below(replicas)));
    later(lasting(5s, 60s), [this, before] { site_.change_acknowledgements(before); });
}

void Faults::stop_acknowledging_by_hand() { site_.server(replica()).acknowledge_no_more_by_hand(); }

}  // namespace understudy::simulation

#include "tests/simulation/run/faults.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

const std::vector<Faults::Named> Faults::kAll{
    {"kill primary", &Faults::kill_primary},
    {"kill primary of slow replica", &Faults::kill_primary_of_slow_replica},
    {"kill replica", &Faults::kill_replica},
    {"shut down primary", &Faults::shut_down_primary},
    {"keep down", &Faults::keep_down},
    {"stop mysqld", &Faults::stop_mysqld},
    {"kill agent", &Faults::kill_agent},
    {"kill agent and mysqld", &Faults::kill_agent_and_mysqld},
    {"lose power", &Faults::lose_power},
    {"pause machine", &Faults::pause_machine},
    {"cut link", &Faults::cut_link},
    {"cut replication", &Faults::cut_replication},
    {"isolate node", &Faults::isolate_node},
    {"isolate primary and kill", &Faults::isolate_primary_and_kill},
    {"control plane away", &Faults::control_plane_away},
    {"kill controller", &Faults::kill_controller},
    {"lose primary while nobody looks", &Faults::lose_primary_while_nobody_looks},
    {"only balancers see primary", &Faults::only_balancers_see_primary},
    {"split in halves", &Faults::split_in_halves},
    {"replica restarts unseen", &Faults::replica_restarts_unseen},
    {"lose a member untold", &Faults::lose_a_member_untold},
    {"pause controller beside another", &Faults::pause_controller_beside_another},
    {"store trouble", &Faults::store_trouble},
    {"weather", &Faults::weather},
    {"stall disk", &Faults::stall_disk},
    {"stop replication by hand", &Faults::stop_replication_by_hand},
    {"break applier", &Faults::break_applier},
    {"slow applier", &Faults::slow_applier},
    {"slow receiver", &Faults::slow_receiver},
    {"switchover", &Faults::switchover},
    {"switchover and fault", &Faults::switchover_and_fault},
    {"switchover in an echo", &Faults::switchover_in_an_echo},
    {"switchover behind a transaction", &Faults::switchover_behind_a_transaction},
    {"failover asked", &Faults::failover_asked},
    {"kill primary and ask", &Faults::kill_primary_and_ask},
    {"loss accepted", &Faults::loss_accepted},
    {"loss accepted while gathering", &Faults::loss_accepted_while_gathering},
    {"detach and attach", &Faults::detach_and_attach},
    {"spare a host", &Faults::spare_a_host},
    {"reset the heir", &Faults::reset_the_heir},
    {"break the heir", &Faults::break_the_heir},
    {"fail receiver", &Faults::fail_receiver},
    {"stop acknowledging by hand", &Faults::stop_acknowledging_by_hand},
    {"pause automatic", &Faults::pause_automatic},
    {"ddl and lost replica", &Faults::ddl_and_lost_replica},
    {"restart haproxy", &Faults::restart_haproxy},
    {"kill balancer agent", &Faults::kill_balancer_agent},
    {"orphan on a third host", &Faults::orphan_on_a_third_host},
    {"step clock", &Faults::step_clock},
    {"assignment store broken", &Faults::assignment_store_broken},
    {"database mishaps", &Faults::database_mishaps},
    {"rotate log", &Faults::rotate_log},
    {"sick web server", &Faults::sick_web_server},
    {"drain a web server", &Faults::drain_a_web_server},
    {"drain and sick others", &Faults::drain_and_sick_others},
    {"change durability", &Faults::change_durability},
    {"purge logs", &Faults::purge_logs},
    {"purge logs beside an absent replica", &Faults::purge_logs_beside_an_absent_replica},
    {"rebuild a sound host", &Faults::rebuild_a_sound_host},
    {"rebuild a host in use", &Faults::rebuild_a_host_in_use},
    {"write on a replica", &Faults::write_on_a_replica},
    {"write on a replica that keeps nothing", &Faults::write_on_a_replica_that_keeps_nothing},
};

Faults::Faults(Site& site, Random random, Micros end, std::string_view often)
    : site_(site), random_(random), end_(end) {
    for (const auto& fault : kAll) {
        if (fault.name == often) often_ = &fault;
    }
}

bool Faults::known(std::string_view name) {
    return std::any_of(kAll.begin(), kAll.end(),
                       [name](const Named& fault) { return fault.name == name; });
}

std::vector<Faults::Due> Faults::draw() {
    std::vector<Due> due;
    const std::uint64_t together = random_.chance(0.55) ? 1 : 2 + random_.below(3);
    for (std::uint64_t i = 0; i < together; ++i) {
        const bool favourite = often_ != nullptr && random_.chance(0.5);
        const auto& fault = favourite ? *often_ : kAll[random_.below(kAll.size())];
        const Micros delay = i == 0 ? 0us : random_.between(0us, random_.chance(0.5) ? 300ms : 4s);
        due.push_back({&fault, delay});
    }
    pause_ = random_.between(2s, 45s);
    std::stable_sort(due.begin(), due.end(),
                     [](const Due& one, const Due& other) { return one.delay < other.delay; });
    return due;
}

std::vector<std::string_view> Faults::strike() {
    std::vector<std::string_view> names;
    for (const auto& due : draw()) {
        names.push_back(due.fault->name);
        site_.engine().queue.after(due.delay, [this, fault = due.fault] { befall(*fault); });
    }
    return names;
}

void Faults::spare() { static_cast<void>(draw()); }

void Faults::befall(const Named& fault) {
    site_.engine().trace.note(40, 0, [&] { return "FAULT: " + std::string(fault.name); });
    (this->*fault.befall)();
}

Micros Faults::lasting(Micros low, Micros high) {
    const Micros left = end_ - site_.engine().queue.now();
    return std::clamp(random_.between(low, random_.chance(0.6) ? (low + high) / 4 : high), low,
                      std::max(low, left));
}

void Faults::later(Micros delay, std::function<void()> end) {
    site_.engine().queue.after(delay, std::move(end));
}

int Faults::any_database() {
    return static_cast<int>(random_.below(static_cast<std::uint64_t>(site_.options().databases)));
}

int Faults::primary_or_any() {
    const int primary = site_.primary();
    return primary >= 0 && random_.chance(0.7) ? primary : any_database();
}

int Faults::replica() {
    const int database = any_database();
    return database == site_.primary() ? site_.replica() : database;
}

void Faults::kill_primary() {
    auto& host = site_.database(primary_or_any());
    host.restart_delay = lasting(100ms, 15s);
    host.kill_mysqld();
}

void Faults::kill_primary_of_slow_replica() { kill_primary_while_a_replica_takes(3s); }

void Faults::kill_primary_while_a_replica_takes(Micros apply) {
    const int slow = replica();
    site_.server(slow).durations.apply = apply;
    later(2500ms, [this] { kill_primary(); });
    later(lasting(4s, 15s), [this, slow] { site_.server(slow).durations.apply = 300us; });
}

void Faults::kill_replica() {
    auto& host = site_.database(replica());
    host.restart_delay = lasting(100ms, 15s);
    host.kill_mysqld();
}

// An orderly end tells clients of success whose commits wait. So whoever runs mysqld stops it by
// SIGKILL, and a person who types SHUTDOWN switches over first.
void Faults::shut_down_primary() {
    const int database = primary_or_any();
    auto& host = site_.database(database);
    host.restart_delay = lasting(500ms, 20s);
    host.kill_mysqld(!site_.server(database).commits_wait());
}

void Faults::keep_down() {
    auto& host = site_.database(primary_or_any());
    host.keep_mysqld_down(true);
    host.kill_mysqld();
    later(lasting(5s, 60s), [&host] { host.keep_mysqld_down(false); });
}

void Faults::stop_mysqld() {
    auto& host = site_.database(primary_or_any());
    host.freeze_mysqld(true);
    later(lasting(300ms, 20s), [&host] { host.freeze_mysqld(false); });
}

void Faults::kill_agent() {
    auto& host = site_.database(any_database());
    host.kill_agent();
    later(lasting(200ms, 40s), [&host] { host.start_agent(); });
}

// mysqld starts again with nobody to say what the host is now.
void Faults::kill_agent_and_mysqld() {
    auto& host = site_.database(primary_or_any());
    host.kill_agent();
    host.restart_delay = lasting(100ms, 3s);
    later(lasting(0ms, 2s), [&host] { host.kill_mysqld(); });
    later(lasting(2s, 40s), [&host] { host.start_agent(); });
}

void Faults::lose_power() {
    auto& host = site_.database(primary_or_any());
    host.lose_power();
    later(lasting(3s, 60s), [&host] { host.power_on(); });
}

void Faults::pause_machine() {
    auto& host = site_.database(primary_or_any());
    host.pause();
    later(lasting(300ms, 25s), [&host] { host.resume(); });
}

}  // namespace understudy::simulation

// What goes wrong in a run: faults drawn by the seed, singly and together, each with its end.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "tests/simulation/site/site.h"

namespace understudy::simulation {

class Faults {
  public:
    Faults(Site& site, std::uint64_t seed);

    // Draws and schedules faults between the two times; all have ended, or are ended by heal(),
    // after `end`.
    void schedule(Micros begin, Micros end);

  private:
    struct Named {
        std::string_view name;
        void (Faults::*befall)();
    };

    void strike(Micros until);
    void befall(const Named& fault);
    [[nodiscard]] Micros lasting(Micros low, Micros high);
    void later(Micros delay, std::function<void()> end);
    [[nodiscard]] int any_database();
    [[nodiscard]] int primary_or_any();
    [[nodiscard]] int replica();

    void kill_primary();
    void kill_primary_of_slow_replica();
    void kill_replica();
    void shut_down_primary();
    void keep_down();
    void stop_mysqld();
    void kill_agent();
    void kill_agent_and_mysqld();
    void lose_power();
    void pause_machine();
    void cut_link();
    void cut_replication();
    void isolate_node();
    void isolate_primary_and_kill();
    void control_plane_away();
    void kill_controller();
    void lose_primary_while_nobody_looks();
    void only_balancers_see_primary();
    void replica_restarts_unseen();
    void pause_controller_beside_another();
    void store_trouble();
    void weather();
    void stall_disk();
    void stop_replication_by_hand();
    void break_applier();
    void slow_applier();
    void slow_receiver();
    void switchover();
    void switchover_and_fault();
    void failover_asked();
    void pause_automatic();
    void ddl_and_lost_replica();
    void restart_haproxy();
    void kill_balancer_agent();
    void step_clock();
    void assignment_store_broken();
    void database_mishaps();
    void rotate_log();
    void sick_web_server();

    static const std::vector<Named> kAll;

    Site& site_;
    Random random_;
    Micros end_{0};
};

}  // namespace understudy::simulation

// What goes wrong in one strike: faults, singly and together, each with its end. What a strike
// draws depends on no other strike, so that strikes can be left out.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "tests/simulation/site/site.h"

namespace understudy::simulation {

class Faults {
  public:
    // All have ended, or are ended by heal(), after `end`. Every second fault is `often`, if it is
    // the name of one.
    Faults(Site& site, Random random, Micros end, std::string_view often = {});

    [[nodiscard]] static bool known(std::string_view name);

    // Often one alone, sometimes several within moments of each other; named in order.
    [[nodiscard]] std::vector<std::string_view> strike();
    // Of the strike that comes after this one.
    [[nodiscard]] Micros pause() const { return pause_; }
    // Draws as strike() does, but nothing happens.
    void spare();

  private:
    struct Named {
        std::string_view name;
        void (Faults::*befall)();
    };

    struct Due {
        const Named* fault;
        Micros delay;
    };
    [[nodiscard]] std::vector<Due> draw();
    void befall(const Named& fault);
    [[nodiscard]] Micros lasting(Micros low, Micros high);
    void later(Micros delay, std::function<void()> end);
    [[nodiscard]] int any_database();
    [[nodiscard]] int primary_or_any();
    [[nodiscard]] int replica();

    void kill_primary();
    void kill_primary_of_slow_replica();
    void kill_primary_while_a_replica_takes(Micros apply);
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
    void split_in_halves();
    void orphan_on_a_third_host();
    void replica_restarts_unseen();
    void lose_a_member_untold();
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
    void switchover_in_an_echo();
    void switchover_behind_a_transaction();
    void failover_asked();
    void kill_primary_and_ask();
    void loss_accepted();
    void loss_accepted_while_gathering();
    void detach_and_attach();
    void spare_a_host();
    void reset_the_heir();
    void break_the_heir();
    void fail_receiver();
    void stop_acknowledging_by_hand();
    void pause_automatic();
    void ddl_and_lost_replica();
    void restart_haproxy();
    void kill_balancer_agent();
    void step_clock();
    void assignment_store_broken();
    void database_mishaps();
    void rotate_log();
    void sick_web_server();
    void drain_a_web_server();
    void drain_and_sick_others();
    void change_durability();
    void change_acknowledgements();
    void purge_logs();
    void purge_logs_beside_an_absent_replica();
    void rebuild_a_sound_host();
    void rebuild_a_host_in_use();
    void write_on(int host);
    void write_on_a_replica();
    void write_on_a_replica_that_keeps_nothing();

    static const std::vector<Named> kAll;

    Site& site_;
    Random random_;
    const Named* often_ = nullptr;
    Micros end_;
    Micros pause_{0};
};

}  // namespace understudy::simulation

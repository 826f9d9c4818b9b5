// The whole site of one seed: hosts, network, proxies, controllers, clients, operators and judge.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tests/simulation/site/clients.h"
#include "tests/simulation/site/controller_process.h"
#include "tests/simulation/site/judge.h"
#include "tests/simulation/site/seams.h"

namespace understudy::simulation {

struct SiteOptions {
    int databases = 2;
    bool last_is_enrolled_late = false;  // the controller does not know the last one at first
    int balancers = 2;
    bool operators_accept_loss = false;
    core::Policy policy;
    agent::KeeperPolicy keeper{.clone_patience = core::Millis{15'000}};  // clones are short
    core::Millis canary_interval{200};
    int clients = 3;
    Micros think{400ms};
    std::int64_t most_drift_ppm = 100;
};

class Site {
  public:
    Site(std::uint64_t seed, SiteOptions options, Trace::Mode mode, Seams seams = {});
    ~Site();

    void run_until(Micros until) { engine_.queue.run(until); }
    void run_for(Micros time) { run_until(engine_.queue.now() + time); }

    // Operators.
    void ask(core::OperationKind kind, bool accept_loss = false);
    void ask_for_switchover_to(int database);
    void pause(bool on);
    void change(int database, core::HostChange change);
    void rebuild(int server, const std::string& by = "the operator");
    // A policy may have it rebuilt at once.
    void break_applier(int server);
    // The policy is read again: asynchronous within these limits, or lossless.
    void change_durability(const std::optional<core::AsyncDurability>& async);
    // The policy is read again: that many replicas acknowledge each commit.
    void change_acknowledgements(int count);
    // The configuration names the last database too, and the controller is started again.
    void enrol_last();

    // Controllers: one, now and then two (one that was paused goes on beside its successor).
    void start_controller();
    void kill_controller();
    void pause_controller();
    void resume_controller();
    [[nodiscard]] int controllers_alive() const;

    // Ends every fault; what only people can mend is mended by an operator.
    void heal();
    // From now on operators take back what they did to hosts.
    void begin_undoing() { mended_ = true; }
    // Beside mend_all() and the like: streams notice.
    void review();

    [[nodiscard]] int primary() const;  // by the record; -1: none
    [[nodiscard]] int replica() const;  // another than the primary
    [[nodiscard]] int routed_writer() const;
    [[nodiscard]] const core::Record& record() const;
    [[nodiscard]] Host& database(int index) { return *hosts_[static_cast<std::size_t>(index)]; }
    [[nodiscard]] Host& balancer(int index) {
        return *hosts_[static_cast<std::size_t>(options_.databases + index)];
    }
    [[nodiscard]] MysqlServer& server(int index) {
        return *servers_[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] Proxy& proxy(int index) { return *proxies_[static_cast<std::size_t>(index)]; }
    [[nodiscard]] Engine& engine() { return engine_; }
    [[nodiscard]] Network& network() { return network_; }
    [[nodiscard]] Clients& clients() { return *clients_; }
    [[nodiscard]] Judge& judge() { return *judge_; }
    [[nodiscard]] simulated::StateStore& store() { return store_; }
    [[nodiscard]] const SiteOptions& options() const { return options_; }
    [[nodiscard]] Node controller_node() const { return options_.databases + options_.balancers; }
    [[nodiscard]] int nodes() const { return controller_node() + 1; }
    // What every agent reports, for who looks into a failure.
    void describe();
    [[nodiscard]] bool settled() const;  // protected, open, routed

    Mishaps store_mishaps;

  private:
    void ask_witness(Node from, const core::HostName& host, core::Epoch epoch,
                     std::function<void(bool granted)> reply);
    void build_databases();
    void configure(int database);
    void build_balancers();
    void build_controller();
    [[nodiscard]] bool witnessed(int server) const;
    void operate();
    void undo_changes();
    void take_back_the_replaced();
    void let_one_rejoin();
    void reconfigure(const std::string& to);
    void watch();
    [[nodiscard]] bool only_replicas_may_be_missing() const;
    [[nodiscard]] bool failover_is_due() const;
    [[nodiscard]] bool fit_to_lead(int index) const;
    void watch_web();
    [[nodiscard]] bool web_answers(int server) const;
    [[nodiscard]] bool web_is_steered() const;
    [[nodiscard]] bool spared_in_vain() const;
    [[nodiscard]] bool nobody_serves_web() const;
    std::unique_ptr<HostClock> new_clock();

    SiteOptions options_;
    Engine engine_;
    Network network_;
    Seams seams_;
    core::Topology topology_;
    simulated::StateStore store_;
    ServerEvents events_;
    MysqlServer::Peers servers_;
    std::vector<std::unique_ptr<Proxy>> proxies_;
    std::vector<std::unique_ptr<Host>> hosts_;
    std::unique_ptr<HostClock> controller_clock_;
    std::optional<ControllerGround> ground_;
    std::vector<std::unique_ptr<ControllerProcess>> controllers_;
    std::unique_ptr<Clients> clients_;
    std::unique_ptr<Judge> judge_;
    controller::RequestId last_request_ = 0;
    bool mended_ = false;  // for good: operators undo what they did
    Micros fit_since_{0};
    Micros routed_since_{0};
    Micros failover_due_since_{0};
    Micros drains_held_at_{0};
    Micros web_served_at_{0};
    Micros stormy_at_{0};  // the newest time at which messages were lost or late
};

}  // namespace understudy::simulation

// One run of an agent: the production keepers over simulated ports, and its control port.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "agent/canary.h"
#include "agent/database_keeper.h"
#include "agent/lease_keeper.h"
#include "agent/route_keeper.h"
#include "tests/simulated/assignment_store.h"
#include "tests/simulation/site/ports.h"
#include "tests/simulation/site/seams.h"

namespace understudy::simulation {

// What an agent runs on; outlives it.
struct AgentGround {
    Engine& engine;
    HostClock& clock;
    core::HostName host;
    MysqlServer* server = nullptr;
    simulated::AssignmentStore* assignments = nullptr;
    Proxy* proxy = nullptr;
    Mishaps* mishaps = nullptr;
    agent::KeeperPolicy policy;
    core::Millis canary_interval{200};
    agent::DatabaseKeeper::KillServer kill_server;
    agent::DatabaseKeeper::TellRejoin tell_rejoin;
    Seams seams;
    SimulatedWitnesses::Ask ask_witness;
};

class AgentProcess {
  public:
    using News = std::shared_ptr<const core::HostReport>;
    using Reply = std::function<void(const News&)>;

    AgentProcess(const AgentGround& ground, std::uint64_t start);

    // False: the stored assignment cannot be read.
    bool start();
    void kill();
    void freeze();
    void thaw();

    // The control port.
    void poll(std::uint64_t agent_start, std::uint64_t after, Micros most, Reply reply);
    core::Result<void> assign(const core::Assignment& assignment);
    core::Result<void> route(const core::Route& route);
    [[nodiscard]] bool grants(core::Epoch epoch) const;
    [[nodiscard]] bool answers_primary() const;
    [[nodiscard]] bool answers_web() const;
    [[nodiscard]] core::HostReport report() const { return board_.current(); }
    [[nodiscard]] bool alive() const { return alive_; }

    // The process watch.
    void server_started(std::uint64_t incarnation);
    void server_gone();
    void balancer(bool running);
    void set_backend(bool healthy);
    void set_last_start(const std::optional<core::LastStart>& start);

  private:
    struct Poll {
        std::uint64_t id = 0;
        Reply reply;
    };
    struct DatabaseSide {
        DatabaseSide(const AgentGround& ground, agent::ReportBoard& board);
        SimulatedDatabase database;
        SimulatedHeartbeat heartbeat;
        agent::DatabaseKeeper keeper;
        agent::Canary canary;
        SimulatedWitnesses witnesses;
        agent::LeaseKeeper lease;
        Task keep;
        Task ask;
        Task beat;
    };
    struct BalancerSide {
        BalancerSide(const AgentGround& ground, agent::ReportBoard& board);
        SimulatedLoadBalancer balancer;
        agent::RouteKeeper keeper;
        Task keep;
    };

    [[nodiscard]] News news() const;
    void answer_polls();
    template <class Do>
    void each_task(Do act);

    Engine& engine_;
    Flaws flaws_;
    core::FencingToken highest_token_;
    core::Route highest_route_;
    agent::ReportBoard board_;
    std::unique_ptr<DatabaseSide> database_;
    std::unique_ptr<BalancerSide> balancer_;
    std::vector<Poll> polls_;
    std::uint64_t last_poll_ = 0;
    bool alive_ = false;
    bool answering_ = false;  // an event that answers the polls is on its way
};

}  // namespace understudy::simulation

// One run of a controller: the production ClusterLoop with a line to every agent (a long poll after
// the other; the newest levels told until accepted), as controller/agent_threads does it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "controller/cluster_loop.h"
#include "tests/simulation/site/host.h"

namespace understudy::simulation {

struct ControllerGround {
    Engine& engine;
    Network& network;
    HostClock& clock;
    Node node;
    const core::Topology& topology;
    const core::Policy& policy;
    simulated::StateStore& store;
    const Mishaps& mishaps;
    std::vector<Host*> hosts;
    SimulatedStore::OnWrite on_write;
    std::function<void(const controller::Outgoing&)> on_step;
    Seams seams;
};

class ControllerProcess {
  public:
    explicit ControllerProcess(const ControllerGround& ground);

    void start();
    void kill();
    void freeze();
    void thaw();
    void post(controller::Event event);
    void tell(const controller::Telling& telling);
    [[nodiscard]] bool alive() const { return alive_; }
    [[nodiscard]] bool frozen() const { return frozen_; }
    // Hosts of which it says that they have to be rebuilt.
    [[nodiscard]] std::vector<core::HostName> to_rebuild() const;

  private:
    struct Line {
        Host* host = nullptr;
        // Listening.
        std::uint64_t request = 0;
        core::MonotonicTime asked{};
        std::uint64_t agent_start = 0;
        std::uint64_t sequence = 0;
        Micros listen_backoff{0};
        // Telling.
        std::optional<core::Assignment> assignment;
        std::optional<core::Route> route;
        std::uint64_t telling = 0;  // changes with each attempt
        bool under_way = false;
        std::optional<core::Assignment> last_told;
        Micros tell_backoff{0};
    };

    void run(Task& task);
    void before_writing(const core::Record& next);
    void listen(Line& line);
    void heard(Line& line, std::uint64_t request, const AgentProcess::News& report);
    void unheard(Line& line, std::uint64_t request, const std::string& trouble);
    void deliver(Line& line);
    void settled(Line& line, std::uint64_t attempt, bool assignment, bool done);
    template <class Do>
    void deferred(Do act);

    ControllerGround ground_;
    SimulatedStore store_;
    controller::ClusterLoop loop_;
    std::vector<std::unique_ptr<Line>> lines_;
    std::map<core::HostName, Line*> line_of_;
    std::vector<controller::Event> inbox_;
    std::vector<std::function<void()>> on_thaw_;
    bool alive_ = false;
    bool frozen_ = false;
    Task task_;
};

}  // namespace understudy::simulation

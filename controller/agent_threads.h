// The threads that keep up the line to one agent: one listens (a long poll after the other), one
// tells (the newest assignment and route, again until accepted).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "controller/http_agent_link.h"
#include "core/cluster.h"
#include "ports/clock.h"

namespace understudy::controller {

// How long to wait after failed attempts: short at first, since most ends of a connection are
// restarts.
class Backoff {
  public:
    core::Millis next();
    void reset() { next_ = kFirst; }

  private:
    static constexpr core::Millis kFirst{50};
    static constexpr core::Millis kLongest{500};

    core::Millis next_ = kFirst;
};

class AgentListener {
  public:
    using OnReport = std::function<void(core::HostReport, core::MonotonicTime asked)>;
    using OnTrouble = std::function<void(const core::Error&)>;

    // `wait` bounds each long poll: the heartbeat. The callbacks run on the thread.
    AgentListener(adapters::HttpClientOptions agent, core::Millis wait, const ports::Clock& clock,
                  OnReport on_report, OnTrouble on_trouble);
    ~AgentListener();
    AgentListener(const AgentListener&) = delete;
    AgentListener& operator=(const AgentListener&) = delete;

  private:
    void run(const std::stop_token& stop);

    HttpAgentLink link_;
    core::Millis wait_;
    const ports::Clock& clock_;
    OnReport on_report_;
    OnTrouble on_trouble_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;
};

class AgentTeller {
  public:
    using OnTrouble = std::function<void(const core::Error&)>;

    // What could not be delivered is tried again, what was refused (kConflict, kInvalid) is not.
    AgentTeller(adapters::HttpClientOptions agent, OnTrouble on_trouble);
    ~AgentTeller();
    AgentTeller(const AgentTeller&) = delete;
    AgentTeller& operator=(const AgentTeller&) = delete;

    // From any thread. Levels: the newest replaces one that was not delivered yet.
    void tell(const core::Assignment& assignment);
    void tell(const core::Route& route);

  private:
    struct Levels {
        std::optional<core::Assignment> assignment;
        std::optional<core::Route> route;
        [[nodiscard]] bool empty() const { return !assignment && !route; }
    };

    void run(const std::stop_token& stop);
    bool deliver(Levels& levels);
    bool settled(const core::Result<void>& told);

    HttpAgentLink link_;
    OnTrouble on_trouble_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    Levels levels_;
    bool news_ = false;
    std::jthread thread_;
};

}  // namespace understudy::controller

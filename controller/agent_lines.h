// The lines to all agents.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "controller/agent_threads.h"
#include "controller/cluster_loop.h"
#include "controller/config.h"
#include "controller/repeat_filter.h"
#include "ports/clock.h"

namespace understudy::controller {

class AgentLines {
  public:
    using Post = std::function<void(Event&&)>;
    using OnRefusal = std::function<void(const core::HostName&)>;

    // Starts the threads; reports and troubles go to `post`, from those threads.
    AgentLines(const ControllerConfig& config, const ports::Clock& clock, Post post,
               OnRefusal on_refusal);

    void tell(const Telling& telling);

  private:
    void open(const ControllerConfig& config, const core::HostName& host,
              const core::Address& address);
    void heard(const core::HostName& host, core::HostReport report, core::MonotonicTime asked);
    void unheard(const core::HostName& host, const core::Error& error);
    void not_told(const core::HostName& host, const core::Error& error);

    const ports::Clock& clock_;
    Post post_;
    OnRefusal on_refusal_;
    RepeatFilter filter_;
    std::map<core::HostName, std::unique_ptr<AgentTeller>> tellers_;
    std::map<core::HostName, std::unique_ptr<AgentListener>> listeners_;
};

}  // namespace understudy::controller

// The controller's line to one agent.
#pragma once

#include <cstdint>
#include <optional>

#include "core/cluster.h"
#include "core/result.h"

namespace understudy::ports {

class AgentLink {
  public:
    virtual ~AgentLink() = default;

    // Long poll: answers at once when the report is newer than (agent_start, after), else with the
    // unchanged report once `wait` has passed, as a heartbeat.
    virtual core::Result<core::HostReport> report(std::uint64_t agent_start, std::uint64_t after,
                                                  core::Millis wait) = 0;

    // kConflict: the agent holds a higher token. A timed-out call is unknown: send again.
    virtual core::Result<void> assign(const core::Assignment& assignment) = 0;
    virtual core::Result<void> route(const core::Route& route) = 0;
};

}  // namespace understudy::ports

// The local load balancer.
#pragma once

#include "core/cluster.h"
#include "core/result.h"

namespace understudy::ports {

class LoadBalancer {
  public:
    virtual ~LoadBalancer() = default;

    // process, route_applied and marks are the caller's to fill in.
    virtual core::Result<core::LoadBalancerFacts> observe(core::Millis deadline) = 0;

    // Makes the route hold: the writer alone takes sessions for writes (nobody does without one),
    // sessions to a former writer are closed, readers and web backends as listed; drained ones get
    // no new requests while another one serves. Repeatable.
    virtual core::Result<void> apply(const core::Route& route, core::Millis deadline) = 0;
};

}  // namespace understudy::ports

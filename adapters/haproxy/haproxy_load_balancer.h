// ports::LoadBalancer by HAProxy's Runtime API.
//
// The names of the servers inside the backends are the names of the hosts. apply() reads the three
// backends, then sends every command of the route in one write, with a look at the databases behind
// them: two turns over the Unix socket, well under a millisecond. Then it closes the sessions of
// databases that are out, each by itself and only when it is connected (see session_list.h): a
// session that is being connected is left to HAProxy, which tries another server, or is closed at
// the next call. See route_plan.h for why these commands and what the configuration of HAProxy has
// to be like (rise and fall at least 2; no `on-marked-down shutdown-sessions`, which would shut
// down what is being connected too). Sessions are not held here while there is no writer: HAProxy
// can see that itself, by nbsrv(<writer backend>) not being 1.
#pragma once

#include <string>
#include <vector>

#include "adapters/haproxy/route_plan.h"
#include "adapters/haproxy/runtime_socket.h"
#include "ports/load_balancer.h"

namespace understudy::adapters {

struct HaproxyOptions {
    std::string socket;
    std::string writer_backend;
    std::string reader_backend;
    std::string web_backend;
};

class HaproxyLoadBalancer : public ports::LoadBalancer {
  public:
    explicit HaproxyLoadBalancer(HaproxyOptions options);

    // kUnreachable, kTimeout; kNotFound: a backend that HAProxy does not have, named.
    core::Result<core::LoadBalancerFacts> observe(core::Millis deadline) override;

    // All that can be done is done before an error is returned. kNotFound: HAProxy does not have a
    // backend or server, named; kRefused: it answered no, or the writer did not switch (an operator
    // put it into MAINT); kTimeout: the outcome is unknown, apply again.
    core::Result<void> apply(const core::Route& route, core::Millis deadline) override;

  private:
    core::Result<void> close_where_down(const std::vector<ServerPool>& pools,
                                        core::Millis deadline);
    core::Result<std::vector<ServerPool>> read_pools(const std::vector<std::string>& backends,
                                                     core::Millis deadline);

    HaproxyOptions options_;
    RuntimeSocket socket_;
};

}  // namespace understudy::adapters

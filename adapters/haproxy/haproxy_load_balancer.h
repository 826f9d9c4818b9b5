// ports::LoadBalancer by HAProxy's Runtime API.
//
// The names of the servers inside the backends are the names of the hosts, where server_names has
// no other. Every server of these backends is steered: one that no route lists is taken out.
// apply() reads the backends, then sends every command of the route in one write, with a look at
// the databases behind them: two turns over the Unix socket, well under a millisecond. Then it
// closes the sessions of databases that are out, each by itself and only when it is connected (see
// session_list.h): a session that is being connected is left to HAProxy, which tries another
// server, or is closed at the next call. See route_plan.h for why these commands and what the
// configuration of HAProxy has to be like (rise and fall at least 2; no `on-marked-down
// shutdown-sessions`, which would shut down what is being connected too). Sessions are not held
// here while there is no writer: HAProxy can see that itself, by nbsrv(<writer backend>) not
// being 1.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "adapters/haproxy/route_plan.h"
#include "adapters/haproxy/runtime_socket.h"
#include "ports/load_balancer.h"

namespace understudy::adapters {

struct HaproxyOptions {
    std::string socket;
    std::string writer_backend;
    std::string reader_backend;  // empty: the site has none behind this HAProxy
    std::string web_backend;     // likewise
    std::map<std::string, ServerNames> server_names{};  // by backend
};

class HaproxyLoadBalancer : public ports::LoadBalancer {
  public:
    explicit HaproxyLoadBalancer(HaproxyOptions options);

    // kUnreachable, kTimeout; kNotFound: a backend that HAProxy does not have, named, with those it
    // has. What of HAProxy's configuration keeps routes from holding is the facts' `trouble`.
    core::Result<core::LoadBalancerFacts> observe(core::Millis deadline) override;

    // All that can be done is done before an error is returned. kNotFound: HAProxy does not have a
    // backend or server, named; kRefused: it answered no, or the writer did not switch (an operator
    // put it into MAINT); kTimeout: the outcome is unknown, apply again.
    core::Result<void> apply(const core::Route& route, core::Millis deadline) override;

  private:
    core::Result<void> close_where_down(std::span<const ServerPool> pools, core::Millis deadline);
    // In this order: writers, readers, web. The latter two do not exist where the site has none.
    core::Result<std::vector<ServerPool>> read_pools(core::Millis deadline);
    core::Result<ServerPool> pool_in(const std::string& answer, const std::string& backend) const;
    // kNotFound, if one that is configured is not there.
    core::Result<void> all_exist(const std::vector<ServerPool>& pools, core::Millis deadline) const;

    HaproxyOptions options_;
    RuntimeSocket socket_;
};

}  // namespace understudy::adapters

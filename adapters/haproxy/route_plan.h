// From the servers as HAProxy has them and the route that is to hold: the commands. Pure.
//
// What `set server B/S health up|down` does with checks on (measured, HAProxy 2.6.12 and 3.0.11,
// rise 2 fall 2): it switches at once and sets the check's counter to the end of that side, so one
// check that was in flight only makes it "UP 1/2" or "DOWN 1/2" and the next, true one sets it
// right again; `fall` failures or `rise` successes in a row do move it. So the switch is immediate,
// a single late check cannot undo it, and HAProxy's own checks take over where no agent is left.
// With `fall 1` or `rise 1` a late check would undo it: configure at least 2 of each.
// `state maint` would hold against all checks (nothing takes over), and `state ready` starts a
// server at "UP 1/2", which one late check undoes: so `health` it is, and what an operator put
// into MAINT stays there.
//
// Drained web servers are put into DRAIN (`state drain`), which no check ends, and leave it by
// `state ready`: a server that drains is checked all the while, so it comes back as healthy as it
// is. The route says of every web server whether it drains, so a DRAIN set by hand ends with the
// next look; `understudy drain` is the way.
//
// A server that is wanted but down for its failing check is left to its checks, except the writer:
// the route knows of the promotion before the checks do.
#pragma once

#include <string>
#include <vector>

#include "adapters/haproxy/server_pool.h"
#include "core/cluster.h"

namespace understudy::adapters {

// Of a site's backends: the writers' is always there, the others where the site has them.
struct Pools {
    ServerPool writers;
    ServerPool readers;
    ServerPool web;
};

struct RoutePlan {
    std::vector<std::string> commands;    // in order: former writers out, the writer in, the rest
    std::vector<std::string> complaints;  // what the route needs and HAProxy does not have
};

RoutePlan plan_route(const Pools& pools, const core::Route& route);

// What of the writer's part does not hold; empty when all does.
std::string writer_deviation(const ServerPool& writers, const core::Route& route);

}  // namespace understudy::adapters

#include "adapters/haproxy/route_plan.h"

#include <set>

namespace understudy::adapters {
namespace {

using core::HostName;

std::string set_health(const ServerPool& pool, const HostName& server, const char* health) {
    return "set server " + pool.backend + "/" + pool.name_of(server) + " health " + health;
}

std::string set_state(const ServerPool& pool, const HostName& server, const char* state) {
    return "set server " + pool.backend + "/" + pool.name_of(server) + " state " + state;
}

void plan_writers(const ServerPool& pool, const core::Route& route, RoutePlan& plan) {
    if (!pool.exists) return;
    for (const auto& [name, state] : pool.servers) {
        if (route.writer == name) continue;
        plan.commands.push_back(set_health(pool, name, "down"));
    }
    if (!route.writer) return;
    if (pool.find(*route.writer) == nullptr) {
        plan.complaints.push_back(absence(pool, *route.writer));
    } else {
        plan.commands.push_back(set_health(pool, *route.writer, "up"));
    }
}

// Down though no check of HAProxy's says so: an earlier route took it out.
bool waits_for_a_route(const ServerState& state) {
    return state.status.starts_with("DOWN") && (state.facts.check_passes || !state.checked);
}

// Readers and web servers: those listed in, the others out as long as one of the listed stays;
// whether one does.
bool plan_pool(const ServerPool& pool, const std::set<HostName>& wanted,
               const std::set<HostName>& drained, RoutePlan& plan) {
    bool one_is_up = false;
    for (const auto& name : wanted) {
        const auto* state = pool.find(name);
        if (state == nullptr) {
            plan.complaints.push_back(absence(pool, name));
        } else if (state->facts.up || state->facts.draining) {
            one_is_up = true;  // plan_drains() brings in one that drains
        } else if (waits_for_a_route(*state)) {
            plan.commands.push_back(set_health(pool, name, "up"));
            one_is_up = true;
        }
    }
    if (!one_is_up) return false;
    for (const auto& [name, state] : pool.servers) {
        if (state.facts.up && !wanted.contains(name) && !drained.contains(name)) {
            plan.commands.push_back(set_health(pool, name, "down"));
        }
    }
    return true;
}

// Draining is not seen of a server that is down, so it is said again. What an operator put into
// MAINT would leave it by this command.
void plan_drains(const ServerPool& pool, const std::set<HostName>& drained, RoutePlan& plan) {
    for (const auto& [name, state] : pool.servers) {
        const bool wanted = drained.contains(name);
        if (wanted == state.facts.draining || state.status.starts_with("MAINT")) continue;
        if (wanted || state.facts.draining) {
            plan.commands.push_back(set_state(pool, name, wanted ? "drain" : "ready"));
        }
    }
}

void plan_web(const ServerPool& pool, const core::Route& route, RoutePlan& plan) {
    const bool one_serves = plan_pool(pool, route.web, route.drained, plan);
    // With nobody else left, those that were drained serve.
    plan_drains(pool, one_serves ? route.drained : std::set<HostName>{}, plan);
}

}  // namespace

RoutePlan plan_route(const Pools& pools, const core::Route& route) {
    RoutePlan plan;
    plan_writers(pools.writers, route, plan);
    if (pools.readers.exists) plan_pool(pools.readers, route.readers, {}, plan);
    if (pools.web.exists) plan_web(pools.web, route, plan);
    return plan;
}

std::string writer_deviation(const ServerPool& writers, const core::Route& route) {
    for (const auto& [name, state] : writers.servers) {
        const bool wanted = route.writer == name;
        if (state.facts.up != wanted) {
            return name.value + (wanted ? " is not up in " : " is still up in ") + writers.backend +
                   ", it is " + state.status;
        }
    }
    return {};
}

}  // namespace understudy::adapters

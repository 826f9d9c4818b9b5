#include "adapters/haproxy/route_plan.h"

#include <algorithm>
#include <set>

namespace understudy::adapters {
namespace {

using core::HostName;

std::string set_health(const ServerPool& pool, const HostName& server, const char* health) {
    return "set server " + pool.backend + "/" + server.value + " health " + health;
}

void complain_of_absent(const ServerPool& pool, const HostName& server, RoutePlan& plan) {
    plan.complaints.push_back("the running HAProxy has no server " + server.value + " in backend " +
                              pool.backend + "; compare its configuration");
}

bool is_there(const ServerPool& pool, RoutePlan& plan) {
    if (!pool.exists) plan.complaints.push_back(absence(pool));
    return pool.exists;
}

void plan_writers(const ServerPool& pool, const core::Route& route, RoutePlan& plan) {
    if (!is_there(pool, plan)) return;
    for (const auto& [name, state] : pool.servers) {
        if (route.writer == name) continue;
        plan.commands.push_back(set_health(pool, name, "down"));
        plan.commands.push_back("shutdown sessions server " + pool.backend + "/" + name.value);
    }
    if (!route.writer) return;
    if (pool.find(*route.writer) == nullptr) {
        complain_of_absent(pool, *route.writer, plan);
    } else {
        plan.commands.push_back(set_health(pool, *route.writer, "up"));
    }
}

// Down though no check of HAProxy's says so: an earlier route took it out.
bool waits_for_a_route(const ServerState& state) {
    return state.status.starts_with("DOWN") && (state.facts.check_passes || !state.checked);
}

// Readers and web servers: those listed in, the others out as long as one of the listed stays.
void plan_pool(const ServerPool& pool, const std::set<HostName>& wanted, RoutePlan& plan) {
    if (!is_there(pool, plan)) return;
    bool one_is_up = false;
    for (const auto& name : wanted) {
        const auto* state = pool.find(name);
        if (state == nullptr) {
            complain_of_absent(pool, name, plan);
        } else if (state->facts.up) {
            one_is_up = true;
        } else if (waits_for_a_route(*state)) {
            plan.commands.push_back(set_health(pool, name, "up"));
            one_is_up = true;
        }
    }
    if (!one_is_up) return;
    for (const auto& [name, state] : pool.servers) {
        if (state.facts.up && !wanted.contains(name)) {
            plan.commands.push_back(set_health(pool, name, "down"));
        }
    }
}

bool answered(const std::string& check) {
    return check.starts_with("L7OK") || check.starts_with("L7STS") || check.starts_with("L7RSP");
}

}  // namespace

std::string absence(const ServerPool& pool) {
    return "the running HAProxy has no backend " + pool.backend + "; compare its configuration";
}

RoutePlan plan_route(const Pools& pools, const core::Route& route) {
    RoutePlan plan;
    plan_writers(pools.writers, route, plan);
    plan_pool(pools.readers, route.readers, plan);
    plan_pool(pools.web, route.web, plan);
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

bool needs_reapplying(const core::LoadBalancerFacts& facts, const core::Route& route) {
    for (const auto& [name, server] : facts.writers) {
        if (route.writer != name && server.up) return true;
        if (route.writer == name && !server.up && !answered(server.last_check)) return true;
    }
    const auto is_listed_and_up = [&](const auto& entry) {
        return entry.second.up && route.web.contains(entry.first);
    };
    const auto is_up_unlisted = [&](const auto& entry) {
        return entry.second.up && !route.web.contains(entry.first);
    };
    return std::any_of(facts.web.begin(), facts.web.end(), is_listed_and_up) &&
           std::any_of(facts.web.begin(), facts.web.end(), is_up_unlisted);
}

}  // namespace understudy::adapters

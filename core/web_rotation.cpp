// Which web servers get requests.
#include "core/situation.h"
#include "core/transitions.h"

namespace understudy::core {

bool Situation::spared_web(const HostName& host) const {
    return in.record.maintenance.count(host) > 0 || in.record.drained.count(host) > 0;
}

bool Situation::serves_web(const HostName& host) const {
    const auto* report = fresh(host);
    // A silent host is left as it is: the load balancers' own checks see more than we do.
    if (report == nullptr) return in.record.route.web.count(host) > 0;
    return report->backend && report->backend->healthy;
}

// It is silent, and no load balancer that can be heard reaches it.
bool Situation::web_is_lost(const HostName& host) const {
    if (fresh(host) != nullptr) return false;
    bool heard = false;
    for (const auto& name : in.topology.load_balancers) {
        const auto* report = fresh(name);
        if (report == nullptr || !report->load_balancer || !report->load_balancer->answering) {
            continue;
        }
        const auto& web = report->load_balancer->web;
        const auto server = web.find(host);
        if (server != web.end() && server->second.check_passes) return false;
        heard = true;
    }
    return heard;
}

bool Situation::web_is_as_routed() const {
    const auto& record = in.record;
    const auto& routed = record.route.web;
    // Asked at every look, so the usual case makes no sets.
    bool usual =
        record.drained.empty() && record.maintenance.empty() && record.route.drained.empty();
    std::size_t serving = 0;
    for (const auto& name : in.topology.web_backends) {
        const bool serves = serves_web(name);
        usual = usual && serves == (routed.count(name) > 0);
        if (serves) ++serving;
    }
    if (usual && serving == routed.size()) return true;
    return web_in_rotation() == routed && web_drained() == record.route.drained;
}

std::set<HostName> Situation::web_in_rotation() const {
    std::set<HostName> rotation;
    std::set<HostName> reserve;  // spared, but well
    bool one_is_reached = false;
    for (const auto& name : in.topology.web_backends) {
        if (!serves_web(name)) continue;
        if (spared_web(name)) {
            if (fresh(name) != nullptr) reserve.insert(name);
            continue;
        }
        rotation.insert(name);
        one_is_reached = one_is_reached || !web_is_lost(name);
    }
    if (!one_is_reached) rotation.insert(reserve.begin(), reserve.end());
    if (!rotation.empty()) return rotation;
    // The last one is never taken out.
    if (!in.record.route.web.empty()) return in.record.route.web;
    return {in.topology.web_backends.begin(), in.topology.web_backends.end()};
}

std::set<HostName> Situation::web_drained() const {
    const auto rotation = web_in_rotation();
    std::set<HostName> drained;
    for (const auto& name : in.topology.web_backends) {
        if (spared_web(name) && rotation.count(name) == 0) drained.insert(name);
    }
    return drained;
}

Decision change_web_route(const Situation& situation) {
    Record record = next_record(situation);
    std::string reason = "web servers in rotation:";
    record.route.web = situation.web_in_rotation();
    record.route.drained = situation.web_drained();
    for (const auto& name : record.route.web) reason += " " + name.value;
    for (const auto& name : situation.in.topology.web_backends) {
        const auto* report = situation.fresh(name);
        const bool spared = record.drained.count(name) > 0 || record.maintenance.count(name) > 0;
        if (report != nullptr && report->backend && !report->backend->healthy) {
            reason += "; " + name.value + ": " + report->backend->cause;
        } else if (record.route.drained.count(name) > 0) {
            reason += "; " + name.value + " is drained";
        } else if (spared) {
            reason += "; no other than " + name.value + " can be reached, so it goes on";
        }
    }
    record.route.revision = record.revision;
    return write(std::move(record), std::move(reason), true);
}

}  // namespace understudy::core

#include "controller/web_json.h"

namespace understudy::controller {

namespace {

using core::HostName;
using core::HostReport;
using nlohmann::json;

const HostReport* heard(const Snapshot& snapshot, const HostName& host) {
    const auto reachable = snapshot.reachable.find(host);
    if (reachable == snapshot.reachable.end() || !reachable->second) return nullptr;
    const auto seen = snapshot.view.find(host);
    return seen == snapshot.view.end() ? nullptr : &seen->second.report;
}

// What the load balancers that can be heard do with a web server.
struct Traffic {
    int requests = 0;
    bool open = false;  // one of them sends it new requests
};

Traffic traffic_of(const Snapshot& snapshot, const core::Topology& topology, const HostName& name) {
    Traffic traffic;
    for (const auto& balancer : topology.load_balancers) {
        const auto* report = heard(snapshot, balancer);
        const bool seen = report != nullptr && report->load_balancer;
        if (!seen || !report->load_balancer->answering) continue;
        const auto server = report->load_balancer->web.find(name);
        if (server == report->load_balancer->web.end()) continue;
        traffic.requests += server->second.sessions;
        traffic.open = traffic.open || server->second.up;
    }
    return traffic;
}

const char* state_of(const core::BackendFacts& backend) {
    if (backend.healthy) return "healthy";
    return backend.dead ? "dead" : "sick";
}

}  // namespace

json web_json(const Snapshot& snapshot, const core::Topology& topology, const HostName& name) {
    const auto& record = snapshot.record;
    const auto traffic = traffic_of(snapshot, topology, name);
    const auto drain = record.drained.find(name);
    json line{{"name", name.value},
              {"reachable", false},
              {"healthy", false},
              {"in_rotation", record.route.web.count(name) > 0},
              {"drained_by", drain == record.drained.end() ? "" : drain->second},
              {"drained", record.route.drained.count(name) > 0 && !traffic.open},
              {"requests", traffic.requests},
              {"state", "unknown"},
              {"cause", "its agent is not heard"}};
    if (const auto* report = heard(snapshot, name)) {
        line["reachable"] = true;
        line["healthy"] = report->backend && report->backend->healthy;
        if (report->backend) line["state"] = state_of(*report->backend);
        line["cause"] = report->backend ? report->backend->cause : "no web server is watched there";
    }
    return line;
}

}  // namespace understudy::controller

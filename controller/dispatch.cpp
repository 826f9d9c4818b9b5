#include "controller/dispatch.h"

#include <algorithm>

namespace understudy::controller {

namespace {

using core::HostName;
using core::HostReport;

// Reports arrive at least this often; one that still shows the old level afterwards was not told.
constexpr core::Millis kRepeatAfter{500};

const HostReport* report_of(const core::ClusterView& view, const HostName& host) {
    const auto found = view.find(host);
    return found == view.end() ? nullptr : &found->second.report;
}

bool holds_assignment(const HostReport* report, const core::Assignment& assignment) {
    return report != nullptr && report->applied && report->applied->token == assignment.token &&
           report->applied->role == assignment.role;
}

bool holds_route(const HostReport* report, const core::Route& route) {
    return report != nullptr && report->load_balancer &&
           report->load_balancer->route_applied == route.revision;
}

}  // namespace

template <class Level>
bool Dispatch::note(Ledger<Level>& ledger, const HostName& host, const Level& level,
                    const HostReport* report, bool holds, core::MonotonicTime now) {
    const std::uint64_t agent_start = report == nullptr ? 0 : report->agent_start;
    const auto told = ledger.find(host);
    const bool current = told != ledger.end() && told->second.level == level &&
                         told->second.agent_start == agent_start &&
                         (holds || now - told->second.at < kRepeatAfter);
    if (!current) ledger.insert_or_assign(host, Told<Level>{level, agent_start, now});
    return !current;
}

Telling Dispatch::due(const core::Record& record, const core::Topology& topology,
                      const core::ClusterView& view, core::MonotonicTime now) {
    Telling telling;
    for (const auto& host : topology.databases) {
        const auto assignment = core::assignment_for(host.name, record, topology);
        if (!assignment) continue;
        const HostReport* report = report_of(view, host.name);
        const bool holds = holds_assignment(report, *assignment);
        if (note(assignments_, host.name, *assignment, report, holds, now)) {
            telling.assignments.emplace_back(host.name, *assignment);
        }
    }
    std::stable_partition(telling.assignments.begin(), telling.assignments.end(),
                          [&record](const auto& told) { return told.first == record.primary; });
    if (record.route.revision == core::Revision{}) return telling;
    for (const auto& name : topology.load_balancers) {
        const HostReport* report = report_of(view, name);
        const bool holds = holds_route(report, record.route);
        if (note(routes_, name, record.route, report, holds, now)) {
            telling.routes.emplace_back(name, record.route);
        }
    }
    return telling;
}

}  // namespace understudy::controller

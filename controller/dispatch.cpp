#include "controller/dispatch.h"

#include <algorithm>
#include <utility>

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

bool holds(const HostReport* report, const core::Assignment& assignment) {
    return report != nullptr && report->applied && report->applied->token == assignment.token &&
           report->applied->role == assignment.role &&
           report->applied->tied == assignment.incarnation.has_value();
}

bool holds(const HostReport* report, const core::Route& route) {
    return report != nullptr && report->load_balancer &&
           report->load_balancer->route_applied == route.revision;
}

std::uint64_t agent_start_of(const HostReport* report) {
    return report == nullptr ? 0 : report->agent_start;
}

}  // namespace

template <class Level>
bool Dispatch::settled(const Ledger<Level>& ledger, const HostName& host, const HostReport* report,
                       core::Revision record) {
    const auto told = ledger.find(host);
    return told != ledger.end() && told->second.record == record &&
           told->second.agent_start == agent_start_of(report) && holds(report, told->second.level);
}

template <class Level>
bool Dispatch::note(Ledger<Level>& ledger, const HostName& host, Told<Level> due, bool holds) {
    const auto told = ledger.find(host);
    const bool current = told != ledger.end() && told->second.level == due.level &&
                         told->second.agent_start == due.agent_start &&
                         (holds || due.at - told->second.at < kRepeatAfter);
    if (current) {
        told->second.record = due.record;
    } else {
        ledger.insert_or_assign(host, std::move(due));
    }
    return !current;
}

Telling Dispatch::due(const core::Record& record, const core::Topology& topology,
                      const core::ClusterView& view, core::MonotonicTime now) {
    Telling telling;
    all_hold_ = true;
    for (const auto& host : topology.databases) {
        const HostReport* report = report_of(view, host.name);
        if (settled(assignments_, host.name, report, record.revision)) continue;
        const auto assignment = core::assignment_for(host.name, record, topology);
        if (!assignment) continue;
        all_hold_ = false;
        if (note(assignments_, host.name,
                 {*assignment, agent_start_of(report), now, record.revision},
                 holds(report, *assignment))) {
            telling.assignments.emplace_back(host.name, *assignment);
        }
    }
    std::stable_partition(telling.assignments.begin(), telling.assignments.end(),
                          [&record](const auto& told) { return told.first == record.primary; });
    if (record.route.revision == core::Revision{}) return telling;
    for (const auto& name : topology.load_balancers) {
        const HostReport* report = report_of(view, name);
        if (settled(routes_, name, report, record.revision)) continue;
        all_hold_ = false;
        if (note(routes_, name, {record.route, agent_start_of(report), now, record.revision},
                 holds(report, record.route))) {
            telling.routes.emplace_back(name, record.route);
        }
    }
    return telling;
}

}  // namespace understudy::controller

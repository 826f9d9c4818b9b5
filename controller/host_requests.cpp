// What operators ask of single hosts, and of automatic failover as a whole: recorded, or refused.
#include <algorithm>

#include "controller/cluster_loop.h"
#include "core/pause.h"

namespace understudy::controller {

void ClusterLoop::answer_pauses(Outgoing& out) {
    while (!pauses_.empty()) {
        const PauseAsked asked = std::move(pauses_.front());
        pauses_.pop_front();
        const core::Record next =
            asked.paused ? core::paused(record_, asked.reason) : core::resumed(record_);
        const std::string reason = asked.paused ? "automatic failover is paused: " + asked.reason
                                                : "automatic failover is resumed";
        const bool done =
            write(next, entry(next, asked.paused ? "paused" : "resumed", reason, true), out);
        out.answers.push_back(
            {asked.id, done, done ? reason : "the store did not take it; try again", {}});
        if (!done) return;
    }
}

Answer ClusterLoop::carry_out(const HostChangeAsked& asked, Outgoing& out) {
    const auto next = core::changed(record_, topology_, asked.request, clock_.now().wall);
    if (!next) return {asked.id, false, next.error(), {}};
    const std::string kind(to_string(asked.request.change));
    std::string reason = asked.request.host.value + ": " + kind + " by " + asked.by;
    std::replace(reason.begin(), reason.end(), '_', ' ');
    const bool explained = asked.request.change == core::HostChange::kBeginMaintenance;
    if (explained) reason += ": " + asked.request.reason;
    if (!write(*next, entry(*next, kind, reason, true), out)) {
        return {asked.id, false, "the store did not take it; try again", {}};
    }
    return {asked.id, true, reason, {}};
}

void ClusterLoop::answer_host_changes(Outgoing& out) {
    while (!host_changes_.empty()) {
        const HostChangeAsked asked = std::move(host_changes_.front());
        host_changes_.pop_front();
        out.answers.push_back(carry_out(asked, out));
        if (out.answers.back().done) out.urgent_work_left = true;
    }
}

}  // namespace understudy::controller

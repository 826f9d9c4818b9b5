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

// A controller that has just begun to listen has heard nobody yet.
bool ClusterLoop::may_be_heard(const core::HostName& host) const {
    const auto seen = view_.find(host);
    const auto heard = seen == view_.end() ? listening_since_ : seen->second.heard;
    const auto since = std::max(heard, listening_since_);
    return clock_.now().monotonic - since <= policy_.host_timeout;
}

Answer ClusterLoop::carry_out(const HostChangeAsked& asked, Outgoing& out) {
    if (asked.request.off && may_be_heard(asked.request.host)) {
        return {asked.id,
                false,
                asked.request.host.value +
                    " is heard, or was a moment ago, so nobody has to vouch for it: detach it "
                    "without --off, or ask again when the status calls it silent",
                {}};
    }
    const auto next = core::changed(record_, topology_, asked.request, clock_.now().wall);
    if (!next) return {asked.id, false, next.error(), {}};
    const std::string kind(to_string(asked.request.change));
    std::string reason = asked.request.host.value + ": " + kind + " by " + asked.by;
    std::replace(reason.begin(), reason.end(), '_', ' ');
    const bool explained = asked.request.change == core::HostChange::kBeginMaintenance;
    if (explained) reason += ": " + asked.request.reason;
    if (asked.request.off) reason += ", who vouches that it is switched off";
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

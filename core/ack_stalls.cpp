#include "core/ack_stalls.h"

#include <algorithm>

#include "core/conditions.h"
#include "core/membership.h"
#include "core/transitions.h"

namespace understudy::core {

namespace {

void note_stalls(Record& record, const Situation& situation) {
    const auto now = situation.in.now.wall;
    std::erase_if(record.stalls, [now](const auto& stalls) {
        return now - stalls.second.newest > kStallsRemembered;
    });
    for (const auto& replica : acknowledging_replicas(situation)) {
        auto& stalls = record.stalls[replica];
        ++stalls.count;
        stalls.newest = now;
    }
}

}  // namespace

bool held_off(const Situation& situation, const HostName& replica) {
    const auto stalls = situation.in.record.stalls.find(replica);
    if (stalls == situation.in.record.stalls.end()) return false;
    const auto since = situation.in.now.wall - stalls->second.newest;
    // The time of day may have been set back since: that must not hold it off for long.
    if (since < since.zero()) return false;
    constexpr int kDoublings = 5;
    const std::chrono::seconds hold{1 << std::clamp(stalls->second.count - 1, 0, kDoublings)};
    return since < std::min(hold, kLongestHold);
}

Decision degrade_for_want(const Situation& situation) {
    auto decision = degrade(situation, cause_of_degrading(situation));
    if (situation.primary_stalls_for_acks()) note_stalls(*decision.next, situation);
    return decision;
}

}  // namespace understudy::core

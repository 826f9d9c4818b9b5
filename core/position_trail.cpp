#include "core/position_trail.h"

#include <algorithm>

namespace understudy::core {

namespace {

constexpr std::size_t kPositions = 32;

}  // namespace

void PositionTrail::heard(const HostName& primary, const DatabaseFacts& facts, MonotonicTime at,
                          Millis reach) {
    if (primary != primary_) {
        primary_ = primary;
        positions_.clear();
        ended_at_.reset();
    }
    if (facts.process == ProcessState::kGone) {
        // Another run than the one that ended before was not heard, and may have written.
        if (!ended_at_ || facts.incarnation != ended_run_) ended_at_ = at;
        ended_run_ = facts.incarnation;
        return;
    }
    if (!facts.answering) return;
    ended_at_.reset();
    const auto apart = std::max(Millis{1}, reach / static_cast<Millis::rep>(kPositions));
    // The newest replaces the one before it, as long as that one is close to its own forerunner.
    const auto size = positions_.size();
    if (size >= 2 && positions_[size - 1].at - positions_[size - 2].at < apart) {
        positions_.pop_back();
    }
    positions_.push_back({at, facts.executed});
    if (positions_.size() > 2 * kPositions) positions_.pop_front();
}

std::optional<MonotonicTime> PositionTrail::reached(const GtidSet& held) const {
    const auto found = std::find_if(
        positions_.rbegin(), positions_.rend(),
        [&held](const Position& position) { return held.contains(position.executed); });
    if (found == positions_.rend()) return std::nullopt;
    return found->at;
}

}  // namespace understudy::core

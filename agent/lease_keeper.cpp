#include "agent/lease_keeper.h"

#include <algorithm>

namespace understudy::agent {

namespace {

using core::Millis;

// Two rounds may fail before the holder has to stop writing.
constexpr int kRoundsInALease = 6;
constexpr Millis kNothingAsked{1000};  // until something is told

}  // namespace

LeaseKeeper::LeaseKeeper(const ports::Clock& clock, ports::Witnesses& witnesses, Lease& lease)
    : clock_(clock), witnesses_(witnesses), lease_(lease) {}

Millis LeaseKeeper::round() {
    const auto question = lease_.question();
    if (!question) return kNothingAsked;
    const auto asked_at = clock_.now().monotonic;
    const Millis interval = question->terms.length / kRoundsInALease;
    const int granted = witnesses_.ask(question->epoch, question->terms.witnesses, interval);
    lease_.answered(question->epoch, asked_at, granted);
    const auto took = std::chrono::ceil<Millis>(clock_.now().monotonic - asked_at);
    return std::max(Millis{1}, interval - took);
}

}  // namespace understudy::agent

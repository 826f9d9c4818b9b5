// A primary's lease as its holder counts it: by its own clock, from before the witnesses were
// asked.
//
// Invariant: whatever happens to the answers, the holder's count ends no later than any witness's.
// Thread-safe.
#pragma once

#include <mutex>
#include <optional>

#include "core/cluster.h"
#include "core/reconcile.h"

namespace understudy::agent {

class Lease {
  public:
    struct Question {
        core::Epoch epoch;
        core::LeaseTerms terms;
    };

    // What this host is now told to be; a lease that runs goes on.
    void told(const core::Assignment& assignment, core::MonotonicTime now);
    // The same after the agent was started again: how long the former run's lease lasts is not
    // known, so there is only a short while to get one.
    void resume(const core::Assignment& assignment, core::MonotonicTime now);

    // Whom to ask for what; nothing: no lease is wanted.
    [[nodiscard]] std::optional<Question> question() const;
    void answered(core::Epoch epoch, core::MonotonicTime asked_at, int granted);

    [[nodiscard]] core::LeaseState state(core::MonotonicTime now) const;
    // Until it is over; less than nothing when it is.
    [[nodiscard]] core::Millis left(core::MonotonicTime now) const;
    // Nothing: no lease is wanted.
    [[nodiscard]] std::optional<core::LeaseFacts> facts(core::MonotonicTime now) const;

  private:
    [[nodiscard]] core::LeaseState state_at(core::MonotonicTime now) const;

    mutable std::mutex mutex_;
    std::optional<Question> question_;
    core::MonotonicTime enough_at_{};  // when the last round was begun that had enough grants
    core::MonotonicTime write_until_{};
    core::MonotonicTime closed_by_{};
    int granted_ = 0;
};

}  // namespace understudy::agent

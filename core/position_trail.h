// What the primary had executed, and when that was heard: how far behind in time a replica is can
// be told from it by one clock alone, the controller's.
//
// Invariant: whoever holds the position of a moment holds every write that the primary had done
// when it sent the report that was heard then.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/facts.h"

namespace understudy::core {

class PositionTrail {
  public:
    // A report of the primary; `reach` is how far back questions will go.
    void heard(const HostName& primary, const DatabaseFacts& facts, MonotonicTime at, Millis reach);

    // The newest moment whose position is within `held`; nothing: none that is remembered is.
    [[nodiscard]] std::optional<MonotonicTime> reached(const GtidSet& held) const;
    // When its mysqld was first heard to have ended; nothing: it runs. Of a host that is silent now
    // it says nothing: it may run again.
    [[nodiscard]] std::optional<MonotonicTime> ended_at() const { return ended_at_; }

  private:
    struct Position {
        MonotonicTime at;
        GtidSet executed;
    };

    HostName primary_;
    std::deque<Position> positions_;  // the oldest first; the last is always the newest
    std::optional<MonotonicTime> ended_at_;
    std::uint64_t ended_run_ = 0;  // the incarnation that did
};

}  // namespace understudy::core

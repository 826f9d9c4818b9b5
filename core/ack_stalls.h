// Replicas whose acknowledgements come too late: each admission would let writes stand still again,
// so they are asked ever more seldom.
#pragma once

#include <chrono>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

// After the n-th stall within this time a replica is kept from acknowledging for 2^(n-1) s,
// but for no longer than that.
inline constexpr std::chrono::minutes kStallsRemembered{10};
inline constexpr std::chrono::seconds kLongestHold{30};

// Whether the replica let writes stand still so lately that it is not asked to acknowledge yet.
bool held_off(const Situation& situation, const HostName& replica);
// Too few acknowledge, or too slowly: the primary goes on alone, and stalls are noted.
Decision degrade_for_want(const Situation& situation);

}  // namespace understudy::core

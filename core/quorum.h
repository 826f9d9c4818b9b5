// The arithmetic of acknowledgements: with n members in sync, of which k acknowledge each commit
// before a client is told, k members at least hold any acknowledged write, together with all that
// came before it. So of any n - k + 1 of them one holds it, and the most advanced holds them all.
#pragma once

#include <cstddef>

namespace understudy::core {

// How many of the members must be heard so that the last acknowledged write is surely among what
// they received; more than `members` when acknowledgements are none, as nothing is sure then.
constexpr std::size_t fewest_to_ask(std::size_t members, std::size_t acknowledgements) {
    return members + 1 > acknowledgements ? members + 1 - acknowledgements : 1;
}

static_assert(fewest_to_ask(1, 1) == 1);  // a pair
static_assert(fewest_to_ask(2, 1) == 2);
static_assert(fewest_to_ask(2, 2) == 1);
static_assert(fewest_to_ask(5, 2) == 4);

// Of a leased primary's witnesses: how many must grant a lease; and how many must refuse any
// further one, so that too few are left. The primary's side is the smaller half, so that it writes
// on when others are missing, the controller among them.
constexpr std::size_t grants_needed(std::size_t witnesses) { return (witnesses + 1) / 2; }
constexpr std::size_t refusals_needed(std::size_t witnesses) {
    return witnesses + 1 - grants_needed(witnesses);
}

static_assert(grants_needed(3) == 2);  // a pair behind two load balancers
static_assert(refusals_needed(3) == 2);
static_assert(grants_needed(4) == 2);
static_assert(refusals_needed(4) == 3);

// How long after the last grant a lease has surely ended, by any host's clock: they may differ in
// speed by a twentieth, far more than clocks do.
template <class Duration>
constexpr Duration surely_over(Duration lease) {
    return lease + lease / 20;
}

}  // namespace understudy::core

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

}  // namespace understudy::core

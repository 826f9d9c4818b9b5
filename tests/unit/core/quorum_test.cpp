// The arithmetic of acknowledgements, by trying every set of members.
#include "core/quorum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

namespace understudy::core {
namespace {

constexpr unsigned kMostMembers = 6;

// Members are bits: whether every choice of `asked` of them includes one of every choice of
// `holders`.
bool every_choice_meets(unsigned members, unsigned asked, unsigned holders) {
    const unsigned all = 1U << members;
    for (unsigned ask = 0; ask < all; ++ask) {
        if (std::popcount(ask) != static_cast<int>(asked)) continue;
        for (unsigned hold = 0; hold < all; ++hold) {
            if (std::popcount(hold) == static_cast<int>(holders) && (ask & hold) == 0) return false;
        }
    }
    return true;
}

TEST(Quorum, ThatManyMembersAlwaysIncludeOneThatHoldsTheLastWriteAndOneFewerMayNot) {
    for (unsigned members = 1; members <= kMostMembers; ++members) {
        for (unsigned acknowledgements = 1; acknowledgements <= members; ++acknowledgements) {
            const auto fewest = static_cast<unsigned>(fewest_to_ask(members, acknowledgements));
            EXPECT_TRUE(every_choice_meets(members, fewest, acknowledgements))
                << members << " members, " << acknowledgements << " acknowledge";
            EXPECT_FALSE(every_choice_meets(members, fewest - 1, acknowledgements))
                << members << " members, " << acknowledgements << " acknowledge";
        }
    }
}

// How many writes each member has received, in every combination.
std::vector<std::vector<int>> every_state(unsigned members, int writes) {
    std::vector<std::vector<int>> states{{}};
    for (unsigned member = 0; member < members; ++member) {
        std::vector<std::vector<int>> longer;
        for (const auto& state : states) {
            for (int received = 0; received <= writes; ++received) {
                longer.push_back(state);
                longer.back().push_back(received);
            }
        }
        states = std::move(longer);
    }
    return states;
}

// Of the writes in order, how many that many members have received.
int acknowledged(std::vector<int> received, unsigned acknowledgements) {
    std::sort(received.rbegin(), received.rend());
    return received.at(acknowledgements - 1);
}

// The most advanced of those asked, where the choice of whom to ask is the worst.
int most_advanced_of_the_worst_choice(const std::vector<int>& received, unsigned asked) {
    int worst = std::numeric_limits<int>::max();
    for (unsigned ask = 0; ask < 1U << received.size(); ++ask) {
        if (std::popcount(ask) != static_cast<int>(asked)) continue;
        int most = 0;
        for (unsigned i = 0; i < received.size(); ++i) {
            if ((ask >> i & 1U) != 0) most = std::max(most, received[i]);
        }
        worst = std::min(worst, most);
    }
    return worst;
}

TEST(Quorum, TheMostAdvancedOfThatManyHoldsEveryAcknowledgedWrite) {
    for (unsigned members = 1; members <= 5; ++members) {
        for (unsigned acknowledgements = 1; acknowledgements <= members; ++acknowledgements) {
            const auto fewest = static_cast<unsigned>(fewest_to_ask(members, acknowledgements));
            for (const auto& state : every_state(members, 3)) {
                EXPECT_GE(most_advanced_of_the_worst_choice(state, fewest),
                          acknowledged(state, acknowledgements))
                    << members << " members, " << acknowledgements << " acknowledge";
            }
        }
    }
}

TEST(Quorum, WithoutAcknowledgementsNoNumberOfMembersIsEnough) {
    for (unsigned members = 0; members <= kMostMembers; ++members) {
        EXPECT_GT(fewest_to_ask(members, 0), members);
    }
}

TEST(Quorum, AtLeastOneIsAskedHoweverManyAcknowledge) {
    EXPECT_EQ(fewest_to_ask(2, 5), 1U);
    EXPECT_EQ(fewest_to_ask(0, 1), 1U);
}

}  // namespace
}  // namespace understudy::core

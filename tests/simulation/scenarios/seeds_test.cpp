// The simulator itself: the same seed does the same, a mutant is caught, a failure is shrunken.
#include <gtest/gtest.h>

#include "tests/simulation/run/mutants.h"
#include "tests/simulation/run/shrink.h"

namespace understudy::simulation {
namespace {

TEST(Seeds, LeaveTheSameTraceWhenTheyAreRunAgain) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const auto first = run_seed(seed, {});
        EXPECT_EQ(first.trace_hash, run_seed(seed, {}).trace_hash) << "seed " << seed;
        EXPECT_FALSE(first.violation) << "seed " << seed << ": " << first.violation->text;
    }
}

TEST(Seeds, DifferFromEachOther) {
    EXPECT_NE(run_seed(1, {}).trace_hash, run_seed(2, {}).trace_hash);
}

TEST(Mutants, AreAtLeastTwentyFiveAndNamedOnce) {
    std::set<std::string_view> names;
    for (const auto& mutant : mutants()) names.insert(mutant.name);
    EXPECT_EQ(names.size(), mutants().size());
    EXPECT_GE(names.size(), 25U);
}

Outcome first_failure(const RunOptions& how) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        auto outcome = run_seed(seed, how);
        if (outcome.violation && outcome.strikes.size() > 3) return outcome;
    }
    return {};
}

TEST(Shrinking, LeavesFewerStrikesThatStillFail) {
    RunOptions how;
    how.profile = Profile::kPair;
    for (const auto& mutant : mutants()) {
        if (mutant.name == "keeps-rejoin-order") mutant.apply(how.seams);
    }
    const auto failed = first_failure(how);
    ASSERT_TRUE(failed.violation);
    const auto shrunk = shrink(failed, how);
    EXPECT_LT(shrunk.strikes.size(), failed.strikes.size());
    EXPECT_EQ(shrunk.outcome.strikes.size(), shrunk.strikes.size());
    EXPECT_EQ(shrunk.outcome.violation->property, failed.violation->property);

    how.only = strikes_from_string(listed(shrunk.strikes));
    EXPECT_EQ(run_seed(failed.seed, how).trace_hash, shrunk.outcome.trace_hash);
}

TEST(Shrinking, ReadsWhatItWrites) {
    EXPECT_EQ(strikes_from_string("3,17"), (std::set<int>{3, 17}));
    EXPECT_EQ(listed({3, 17}), "3,17");
    EXPECT_EQ(listed({}), "none");
    EXPECT_TRUE(strikes_from_string("none").empty());
    EXPECT_THROW(strikes_from_string("3,x"), std::invalid_argument);
    EXPECT_THROW(strikes_from_string("3;7"), std::invalid_argument);
}

}  // namespace
}  // namespace understudy::simulation

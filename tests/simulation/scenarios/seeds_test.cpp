// The simulator itself: the same seed does the same, and a mutant is caught.
#include <gtest/gtest.h>

#include "tests/simulation/run/mutants.h"
#include "tests/simulation/run/run.h"

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

// Found by the simulator; each seed failed before the rule was mended.
TEST(Seeds, ThatFailedOnceStayMended) {
    for (const std::uint64_t seed : {4, 17, 92, 105, 138, 140, 188, 296}) {
        const auto outcome = run_seed(seed, {});
        EXPECT_FALSE(outcome.violation) << "seed " << seed << ": " << outcome.violation->text;
    }
}

}  // namespace
}  // namespace understudy::simulation

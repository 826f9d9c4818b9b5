#include "tests/bench/statistics.h"

#include <gtest/gtest.h>

namespace understudy::bench {
namespace {

TEST(Percentile, IsTheNearestRankOfTheSortedValues) {
    EXPECT_DOUBLE_EQ(percentile({4, 1, 3, 2}, 50), 2);
    EXPECT_DOUBLE_EQ(percentile({4, 1, 3, 2}, 99), 4);
    EXPECT_DOUBLE_EQ(percentile({4, 1, 3, 2}, 0), 1);
    EXPECT_DOUBLE_EQ(percentile({4, 1, 3, 2}, 100), 4);
}

TEST(Percentile, OfNothingIsZero) { EXPECT_DOUBLE_EQ(percentile({}, 50), 0); }

TEST(Median, OfOneValueIsThatValue) { EXPECT_DOUBLE_EQ(median({7.5}), 7.5); }

}  // namespace
}  // namespace understudy::bench

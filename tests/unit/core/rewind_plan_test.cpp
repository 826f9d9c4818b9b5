#include "core/rewind_plan.h"

#include <gtest/gtest.h>

#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

LastLog log_with(std::vector<LoggedTransaction> transactions) {
    return {true, gtids(kUuid1 + ":1-4"), std::move(transactions), {{kUuid1, 6}}, false};
}

const Lineage kDied{kUuid1, gtids(kUuid1 + ":1-6"), true};

TEST(RewindPlan, CutsAtTheFirstOrphan) {
    const auto plan = plan_rewind(
        log_with({{200, kUuid1, 5}, {300, kUuid1, 6}, {400, kUuid1, 7}, {500, kUuid1, 8}}), kDied);
    EXPECT_EQ(plan.verdict, RewindVerdict::kCut);
    EXPECT_EQ(plan.offset, 400U);
    EXPECT_EQ(plan.orphans, gtids(kUuid1 + ":7-8"));
}

TEST(RewindPlan, HasNothingToCutWithoutOrphans) {
    const auto plan = plan_rewind(log_with({{200, kUuid1, 5}}), kDied);
    EXPECT_EQ(plan.verdict, RewindVerdict::kNothingToCut);
}

TEST(RewindPlan, NeverTakesWhatCameFromThePresentPrimaryForAnOrphan) {
    const auto plan = plan_rewind(log_with({{200, kUuid2, 1}, {300, kUuid2, 2}}), kDied);
    EXPECT_EQ(plan.verdict, RewindVerdict::kNothingToCut);
}

TEST(RewindPlan, RefusesWhenATransactionThatMustStayFollows) {
    const auto plan = plan_rewind(log_with({{200, kUuid1, 7}, {300, kUuid2, 1}}), kDied);
    EXPECT_EQ(plan.verdict, RewindVerdict::kRefused);
}

TEST(RewindPlan, RefusesOrphansInAnEarlierLog) {
    auto log = log_with({});
    log.previous = gtids(kUuid1 + ":1-9");
    const auto plan = plan_rewind(log, kDied);
    EXPECT_EQ(plan.verdict, RewindVerdict::kRefused);
    EXPECT_EQ(plan.orphans, gtids(kUuid1 + ":7-9"));
}

TEST(RewindPlan, RefusesALogThatWasCutShort) {
    auto log = log_with({});
    log.newest = {{kUuid1, 5}, {kUuid2, 9}};
    const auto plan = plan_rewind(log, kDied);
    EXPECT_EQ(plan.verdict, RewindVerdict::kRefused);
    EXPECT_NE(plan.reason.find(kUuid1 + ":6"), std::string::npos) << plan.reason;
    log.newest[kUuid1] = 6;
    EXPECT_EQ(plan_rewind(log, kDied).verdict, RewindVerdict::kNothingToCut);
}

TEST(RewindPlan, RefusesACleanlyClosedLog) {
    auto log = log_with({{200, kUuid1, 7}});
    log.in_use = false;
    EXPECT_EQ(plan_rewind(log, kDied).verdict, RewindVerdict::kRefused);
}

TEST(RewindPlan, RefusesARotatedLog) {
    auto log = log_with({{200, kUuid1, 7}});
    log.rotated = true;
    EXPECT_EQ(plan_rewind(log, kDied).verdict, RewindVerdict::kRefused);
}

TEST(RewindPlan, WeighsTaggedTransactionsByTheirTag) {
    const auto plan =
        plan_rewind(log_with({{200, kUuid1, 5}, {300, kUuid1 + ":nightly", 1}}), kDied);
    EXPECT_EQ(plan.verdict, RewindVerdict::kCut);
    EXPECT_EQ(plan.offset, 300U);
    EXPECT_EQ(plan.orphans, gtids(kUuid1 + ":nightly:1"));
}

TEST(RewindPlan, RefusesWhereTheServerMayHaveCommittedUnacknowledged) {
    Lineage lineage = kDied;
    lineage.died_waiting = false;
    EXPECT_EQ(plan_rewind(log_with({{200, kUuid1, 7}}), lineage).verdict, RewindVerdict::kRefused);
}

TEST(RewindPlan, RefusesWithoutAPromotionPoint) {
    EXPECT_EQ(plan_rewind(log_with({{200, kUuid1, 7}}), {kUuid1, {}, true}).verdict,
              RewindVerdict::kRefused);
}

}  // namespace
}  // namespace understudy::core::test

#include "core/position_trail.h"

#include <gtest/gtest.h>

#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

constexpr MonotonicTime kStart{std::chrono::hours(1)};
constexpr Millis kReach{8000};

DatabaseFacts executed(int last) {
    DatabaseFacts facts;
    facts.process = ProcessState::kRunning;
    facts.answering = true;
    if (last > 0) facts.executed = gtids(kUuid1 + ":1-" + std::to_string(last));
    return facts;
}

TEST(PositionTrail, TellsTheNewestMomentWhosePositionIsHeld) {
    PositionTrail trail;
    for (int second = 0; second <= 8; ++second) {
        trail.heard(kWeb1, executed(second), kStart + std::chrono::seconds(second), kReach);
    }
    EXPECT_EQ(trail.reached(gtids(kUuid1 + ":1-5")), kStart + std::chrono::seconds(5));
    EXPECT_EQ(trail.reached(gtids(kUuid1 + ":1-99")), kStart + std::chrono::seconds(8));
}

TEST(PositionTrail, KeepsItsReachHoweverOftenThePrimaryIsHeard) {
    PositionTrail trail;
    for (int i = 0; i <= 20'000; ++i) {
        trail.heard(kWeb1, executed(1 + i), kStart + Millis{i}, kReach);
    }
    const auto reached = trail.reached(gtids(kUuid1 + ":1-13000"));
    ASSERT_TRUE(reached);
    EXPECT_LE(*reached, kStart + Millis{12'999});
    EXPECT_GE(*reached, kStart + Millis{12'999} - kReach / 32);
    EXPECT_EQ(trail.reached(gtids(kUuid1 + ":1-20001")), kStart + Millis{20'000});
}

TEST(PositionTrail, AnotherPrimaryBeginsAnotherTrail) {
    PositionTrail trail;
    trail.heard(kWeb1, executed(3), kStart, kReach);
    trail.heard(kWeb2, executed(9), kStart, kReach);
    EXPECT_FALSE(trail.reached(gtids(kUuid1 + ":1-3")));
}

TEST(PositionTrail, RemembersWhenMysqldWasFirstHeardToHaveEnded) {
    PositionTrail trail;
    trail.heard(kWeb1, executed(3), kStart, kReach);
    DatabaseFacts gone;
    gone.process = ProcessState::kGone;
    trail.heard(kWeb1, gone, kStart + Millis{10}, kReach);
    trail.heard(kWeb1, gone, kStart + Millis{900}, kReach);
    EXPECT_EQ(trail.ended_at(), kStart + Millis{10});
}

}  // namespace
}  // namespace understudy::core::test

#include "agent/lease.h"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

using core::LeaseState;
using core::MonotonicTime;
using namespace std::chrono_literals;

constexpr MonotonicTime kStart{std::chrono::hours(1)};

core::Assignment told_of_epoch(std::uint64_t epoch) {
    core::Assignment told;
    told.token.epoch = core::Epoch{epoch};
    told.role = core::Role::kPrimaryLeased;
    told.lease = core::LeaseTerms{core::Millis{4000}, 2, {}};
    return told;
}

TEST(Lease, RunsFromWhenTheWitnessesWereAskedNotFromWhenTheyAnswered) {
    Lease lease;
    lease.told(told_of_epoch(7), kStart);
    EXPECT_EQ(lease.state(kStart), LeaseState::kOver);
    lease.answered(core::Epoch{7}, kStart, 2);
    EXPECT_EQ(lease.state(kStart + 1999ms), LeaseState::kHeld);
    EXPECT_EQ(lease.state(kStart + 2000ms), LeaseState::kShort);
    EXPECT_EQ(lease.state(kStart + 3500ms), LeaseState::kOver);
}

TEST(Lease, IsNotMadeByTooFewGrantsNorBySuchOfAnotherEpoch) {
    Lease lease;
    lease.told(told_of_epoch(7), kStart);
    lease.answered(core::Epoch{7}, kStart, 1);
    lease.answered(core::Epoch{6}, kStart, 3);
    EXPECT_EQ(lease.state(kStart), LeaseState::kOver);
}

TEST(Lease, SaysForHowLongItHasBeenShort) {
    Lease lease;
    lease.told(told_of_epoch(7), kStart);
    lease.answered(core::Epoch{7}, kStart + 100ms, 3);
    EXPECT_EQ(lease.facts(kStart + 300ms)->short_for, 0ms);
    lease.answered(core::Epoch{7}, kStart + 600ms, 1);
    const auto facts = *lease.facts(kStart + 900ms);
    EXPECT_EQ(facts.granted, 1);
    EXPECT_EQ(facts.needed, 2);
    EXPECT_TRUE(facts.held);
    EXPECT_EQ(facts.short_for, 800ms);
}

TEST(Lease, LeavesAnAgentThatWasStartedAgainOnlyAShortWhileToGetOne) {
    Lease lease;
    lease.resume(told_of_epoch(7), kStart);
    EXPECT_EQ(lease.state(kStart + 999ms), LeaseState::kHeld);
    EXPECT_EQ(lease.state(kStart + 1000ms), LeaseState::kShort);
    EXPECT_EQ(lease.state(kStart + 2000ms), LeaseState::kOver);
}

TEST(Lease, IsNotAskedForByAHostThatIsNoLongerAPrimary) {
    Lease lease;
    lease.told(told_of_epoch(7), kStart);
    ASSERT_TRUE(lease.question());
    core::Assignment fenced;
    fenced.token.epoch = core::Epoch{8};
    lease.told(fenced, kStart);
    EXPECT_FALSE(lease.question());
    EXPECT_FALSE(lease.facts(kStart));
}

}  // namespace
}  // namespace understudy::agent

// super_read_only: whom it refuses, and what it waits for.
#include "tests/contract/agreement/agreement.h"

namespace understudy::contract {
namespace {

using core::StepKind;

TEST_P(Agreement, AFencedServerRefusesClientsButNotItsApplier) {
    open_a_followed_by_b();
    ASSERT_TRUE(observed(b_).super_read_only);
    const auto client = session(Side::kB);
    client->begin_write();
    EXPECT_EQ(client->ending(kSoon), Ending::kRefused);
    write_to_a();
    await_executed(b_, 1);
    EXPECT_EQ(observed(b_).executed, observed(a_).executed);
}

TEST_P(Agreement, ClosingWaitsBehindACommitThatWaitsAndEndsWithIt) {
    open_a_waiting();
    const auto client = waiting_write();
    const auto closed = a_.perform(step(StepKind::kCloseWrites), Millis{200});
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, core::ErrorCode::kTimeout);
    EXPECT_FALSE(observed(a_).super_read_only) << "a commit is still under way";
    EXPECT_EQ(client->ending(Millis{0}), Ending::kWaits);

    const auto later = session(Side::kA);
    later->begin_write();
    EXPECT_NE(later->ending(Millis{100}), Ending::kAcknowledged);
    must(a_, StepKind::kWaitForAcksOff);
    must(a_, StepKind::kCloseWrites);
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
    EXPECT_EQ(later->ending(kSoon), Ending::kRefused) << "it came after the closing had begun";
    const auto facts = observed(a_);
    EXPECT_TRUE(facts.super_read_only);
    EXPECT_EQ(facts.executed.count(), 1U);
}

TEST_P(Agreement, ClosingEndsWhenTheAcknowledgementArrives) {
    protect_a_by_b();
    must(b_, StepKind::kStopReceiver);
    const auto client = waiting_write();
    EXPECT_FALSE(a_.perform(step(StepKind::kCloseWrites), Millis{100}));
    must(b_, StepKind::kStartReceiver);
    must(a_, StepKind::kCloseWrites);
    EXPECT_TRUE(observed(a_).super_read_only);
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
}

TEST_P(Agreement, OpeningWithdrawsAClosingThatStillWaits) {
    open_a_waiting();
    const auto client = waiting_write();
    EXPECT_FALSE(a_.perform(step(StepKind::kCloseWrites), Millis{100}));
    must(a_, StepKind::kOpenWrites);
    must(a_, StepKind::kWaitForAcksOff);
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
    EXPECT_FALSE(observed(a_).super_read_only);
    write_to_a();
}

TEST_P(Agreement, ClosingIsRepeatableAndKeepsSessions) {
    must(a_, StepKind::kWaitForAcksOff);
    must(a_, StepKind::kOpenWrites);
    const auto client = session(Side::kA);
    must(a_, StepKind::kCloseWrites);
    must(a_, StepKind::kCloseWrites);
    EXPECT_EQ(observed(a_).client_sessions, 1);
    client->begin_write();
    EXPECT_EQ(client->ending(kSoon), Ending::kRefused);
    must(a_, StepKind::kKillSessions);
    EXPECT_EQ(observed(a_).client_sessions, 0);
}

}  // namespace
}  // namespace understudy::contract

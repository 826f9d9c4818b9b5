// Commits that wait for an acknowledgement: for whom, until when, and what is seen of them.
#include "tests/contract/agreement/agreement.h"

namespace understudy::contract {
namespace {

using core::StepKind;

constexpr Millis kInVain{300};  // long enough for what could come

TEST_P(Agreement, ACommitWaitsAsLongAsNobodyAcknowledgesAndIsNotExecutedMeanwhile) {
    open_a_waiting();
    const auto client = waiting_write();
    EXPECT_EQ(client->ending(kInVain), Ending::kWaits);
    const auto facts = observed(a_);
    EXPECT_TRUE(facts.executed.empty());
    EXPECT_EQ(facts.client_sessions, 1);
    EXPECT_EQ(facts.semi_sync.source_clients, 0);
}

TEST_P(Agreement, ACommitThatWaitsReturnsWhenAReplicaThatAcknowledgesAttaches) {
    open_a_waiting();
    const auto client = waiting_write();
    attach_b();
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
    const auto source = await_executed(a_, 1);
    EXPECT_EQ(source.semi_sync.waiting_sessions, 0);
    EXPECT_EQ(source.semi_sync.source_clients, 1);
    const auto replica = await_executed(b_, 1);
    EXPECT_EQ(replica.executed, source.executed);
    EXPECT_EQ(replica.replication.retrieved, source.executed);
    EXPECT_TRUE(replica.semi_sync.replica_active);
}

TEST_P(Agreement, AReplicaThatDoesNotAcknowledgeFreesNobodyButAppliesFirst) {
    open_a_followed_by_b();
    must(a_, StepKind::kWaitForAcksOn);
    const auto client = waiting_write();
    await_executed(b_, 1);
    EXPECT_EQ(client->ending(kInVain), Ending::kWaits);
    EXPECT_TRUE(observed(a_).executed.empty());
    EXPECT_FALSE(observed(b_).semi_sync.replica_active);
}

TEST_P(Agreement, ACommitThatNeedsTwoAcknowledgementsIsNotFreedByOne) {
    protect_a_by_b();
    auto wait_for_two = step(StepKind::kWaitForAcksOn);
    wait_for_two.acknowledgements = 2;
    must(a_, wait_for_two);
    const auto client = waiting_write();
    await_received(b_, 1);
    EXPECT_EQ(client->ending(kInVain), Ending::kWaits);
    EXPECT_EQ(observed(a_).semi_sync.acknowledgements, 2);
    must(a_, StepKind::kWaitForAcksOn);  // for one
    EXPECT_EQ(observed(a_).semi_sync.acknowledgements, 1);
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
}

TEST_P(Agreement, TurningWaitingOffLetsEveryCommitReturn) {
    open_a_waiting();
    const auto one = waiting_write();
    const auto two = session(Side::kA);
    two->begin_write();
    EXPECT_EQ(two->ending(kInVain), Ending::kWaits);
    must(a_, StepKind::kWaitForAcksOff);
    EXPECT_EQ(one->ending(kSoon), Ending::kAcknowledged);
    EXPECT_EQ(two->ending(kSoon), Ending::kAcknowledged);
    const auto facts = await_executed(a_, 2);
    EXPECT_EQ(facts.semi_sync.waiting_sessions, 0);
    EXPECT_FALSE(facts.semi_sync.source_enabled);
    write_to_a();  // the next does not wait
}

TEST_P(Agreement, AKilledSessionIsNeverToldOfSuccessThoughItsCommitGoesOnWaiting) {
    open_a_waiting();
    const auto client = waiting_write();
    must(a_, StepKind::kKillSessions);
    EXPECT_EQ(client->ending(kSoon), Ending::kUnknown);
    const auto facts = observed(a_);
    EXPECT_EQ(facts.client_sessions, 0);
    EXPECT_EQ(facts.semi_sync.waiting_sessions, 1);
    EXPECT_TRUE(facts.executed.empty());
    attach_b();
    EXPECT_EQ(await_executed(a_, 1).semi_sync.waiting_sessions, 0);
    await_executed(b_, 1);
    EXPECT_EQ(client->ending(kInVain), Ending::kUnknown);
}

TEST_P(Agreement, AReceiverThatIsStoppedAcknowledgesOnlyOnceItRunsAgain) {
    protect_a_by_b();
    must(b_, StepKind::kStopReceiver);
    const auto client = waiting_write();
    EXPECT_EQ(client->ending(kInVain), Ending::kWaits);
    EXPECT_TRUE(observed(b_).replication.retrieved.empty());
    must(b_, StepKind::kStartReceiver);
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
}

// It was received, but acknowledging was off: nothing acknowledges it later on its own.
TEST_P(Agreement, AnAcknowledgementThatWasNotSentComesWithTheNextTransactionOnly) {
    const auto client = waiting_write_that_was_received();
    EXPECT_EQ(client->ending(Millis{700}), Ending::kWaits);
    const auto next = session(Side::kA);
    next->begin_write();
    EXPECT_EQ(next->ending(kSoon), Ending::kAcknowledged);
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
}

TEST_P(Agreement, AHeartbeatFreesCommitsWhoseAcknowledgementWasNotSent) {
    const auto client = waiting_write_that_was_received();
    EXPECT_TRUE(lab_->heartbeat(Side::kA).beat(core::WallTime{std::chrono::hours(500'000)}, kSoon));
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
}

TEST_P(Agreement, AHeartbeatWaitsLikeAnyWriteAndAFencedServerRefusesIt) {
    auto& heartbeat = lab_->heartbeat(Side::kA);
    const core::WallTime now{std::chrono::hours(500'000)};
    EXPECT_FALSE(heartbeat.beat(now, kInVain));
    open_a_waiting();
    const auto waits = heartbeat.beat(now, kInVain);
    ASSERT_FALSE(waits);
    EXPECT_EQ(waits.error().code, core::ErrorCode::kTimeout);
    must(a_, StepKind::kWaitForAcksOff);
    EXPECT_TRUE(heartbeat.beat(now, kSoon));
}

TEST_P(Agreement, AnApplierWaitsForAcknowledgementsTooWhereWaitingIsOn) {
    open_a_followed_by_b();
    must(b_, StepKind::kWaitForAcksOn);
    write_to_a();
    const auto facts = await(b_, "b's applier waits",
                             [](const auto& seen) { return seen.semi_sync.waiting_sessions == 1; });
    EXPECT_TRUE(facts.executed.empty());
    must(b_, StepKind::kWaitForAcksOff);
    await_executed(b_, 1);
}

}  // namespace
}  // namespace understudy::contract

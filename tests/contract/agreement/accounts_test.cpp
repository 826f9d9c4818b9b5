// A CREATE USER that waits for its acknowledgement: nobody logs in meanwhile.
#include "tests/contract/agreement/agreement.h"

namespace understudy::contract {
namespace {

using core::StepKind;

constexpr Millis kNoLogin{200};

TEST_P(Agreement, NobodyLogsInWhileACreateUserWaitsButTheAgentsConnectionsWork) {
    open_a_waiting();
    const auto administrator = lab_->create_account(Side::kA);
    await_waiting();
    EXPECT_EQ(lab_->log_in(Side::kA, kNoLogin), nullptr);
    EXPECT_EQ(observed(a_).client_sessions, 1);
    EXPECT_EQ(administrator->ending(Millis{0}), Ending::kWaits);

    const auto closed = a_.perform(step(StepKind::kCloseWrites), kNoLogin);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, core::ErrorCode::kTimeout);
    must(a_, StepKind::kKillSessions);
    EXPECT_EQ(administrator->ending(kSoon), Ending::kUnknown);
    EXPECT_EQ(lab_->log_in(Side::kA, kNoLogin), nullptr) << "the commit itself still waits";

    must(a_, StepKind::kWaitForAcksOff);
    must(a_, StepKind::kCloseWrites);
    EXPECT_NE(lab_->log_in(Side::kA, kSoon), nullptr);
    EXPECT_EQ(observed(a_).executed.count(), 1U);
}

TEST_P(Agreement, ACreateUserThatIsAcknowledgedLetsTheLoginsIn) {
    protect_a_by_b();
    must(b_, StepKind::kStopReceiver);
    const auto administrator = lab_->create_account(Side::kA);
    await_waiting();
    EXPECT_EQ(lab_->log_in(Side::kA, kNoLogin), nullptr);
    must(a_, StepKind::kWaitForAcksOff);
    EXPECT_EQ(administrator->ending(kSoon), Ending::kAcknowledged);
    EXPECT_NE(lab_->log_in(Side::kA, kSoon), nullptr);
}

// A replica logs in like anybody, so who could acknowledge the CREATE USER cannot attach.
TEST_P(Agreement, NoReplicaAttachesWhileACreateUserWaits) {
    open_a_waiting();
    const auto administrator = lab_->create_account(Side::kA);
    await_waiting();
    attach_b();
    EXPECT_EQ(administrator->ending(Millis{1500}), Ending::kWaits);
    EXPECT_EQ(observed(b_).replication.receiver, core::ReceiverState::kConnecting);
    EXPECT_EQ(observed(a_).semi_sync.source_clients, 0);
    must(a_, StepKind::kWaitForAcksOff);
    EXPECT_EQ(administrator->ending(kSoon), Ending::kAcknowledged);
    await_receiver(b_, core::ReceiverState::kRunning);
    await_executed(b_, 1);
}

}  // namespace
}  // namespace understudy::contract

// What a server holds after its death: orphans, relay logs, and what is forgotten.
#include "tests/contract/agreement/agreement.h"

namespace understudy::contract {
namespace {

using core::ReceiverState;
using core::StepKind;

constexpr Millis kNotYet{100};

TEST_P(Agreement, AServerThatStartsIsFencedWaitsAndDoesNotReplicateButKnowsItsSource) {
    protect_a_by_b();
    write_to_a();
    await_executed(b_, 1);
    lab_->kill_hard(Side::kB);
    EXPECT_EQ(b_.observe(kSoon).error().code, core::ErrorCode::kUnreachable);
    lab_->start(Side::kB);
    const auto facts = observed(b_);
    EXPECT_TRUE(facts.super_read_only);
    EXPECT_EQ(facts.semi_sync, (core::SemiSyncFacts{true, 0, 0, false, false}));
    EXPECT_TRUE(facts.replication.configured);
    EXPECT_EQ(facts.replication.source_host, lab_->address(Side::kA).host);
    EXPECT_EQ(facts.replication.receiver, ReceiverState::kStopped);
    EXPECT_FALSE(facts.replication.applier_running);
    EXPECT_EQ(facts.executed.count(), 1U);
}

TEST_P(Agreement, ACommitThatWaitedWhenItsServerWasKilledIsCommittedByItsRecovery) {
    open_a_waiting();
    const auto client = waiting_write();
    lab_->kill_hard(Side::kA);
    EXPECT_EQ(client->ending(kSoon), Ending::kUnknown);
    lab_->start(Side::kA);
    const auto facts = observed(a_);
    EXPECT_TRUE(facts.executed.contains(a_uuid_, 1));
    EXPECT_EQ(facts.executed.count(), 1U);
    EXPECT_EQ(facts.semi_sync.waiting_sessions, 0) << "recovery waits for nobody";
}

TEST_P(Agreement, AnOrphanReachesTheReplicaOnceItsSourceIsBack) {
    protect_a_by_b();
    write_to_a(2);
    must(b_, StepKind::kStopReceiver);
    const auto client = waiting_write();
    lab_->kill_hard(Side::kA);
    lab_->start(Side::kA);
    EXPECT_EQ(observed(a_).executed.count(), 3U);
    must(b_, StepKind::kStartReceiver);
    EXPECT_EQ(await_executed(b_, 3).executed, observed(a_).executed);
    EXPECT_EQ(client->ending(Millis{0}), Ending::kUnknown);
}

TEST_P(Agreement, AnOrphanThatIsCutOffBeforeTheStartIsRolledBackAndItsHostFollows) {
    const auto client = leave_an_orphan();
    const auto promotion_point = observed(b_).executed;
    const auto plan = lab_->rewind(Side::kA, promotion_point);
    EXPECT_EQ(plan.verdict, core::RewindVerdict::kCut);
    EXPECT_EQ(plan.orphans.to_string(), a_uuid_ + ":3");
    lab_->start(Side::kA);
    EXPECT_EQ(observed(a_).executed, promotion_point);

    must(b_, StepKind::kForgetSource);
    must(b_, StepKind::kOpenWrites);
    const auto next = session(Side::kB);
    next->begin_write();
    EXPECT_EQ(next->ending(kSoon), Ending::kAcknowledged);
    must(a_, StepKind::kWaitForAcksOff);
    must(a_, step_to_follow(lab_->address(Side::kB)));
    must(a_, StepKind::kStartApplier);
    must(a_, StepKind::kStartReceiver);
    EXPECT_EQ(await_executed(a_, 3).executed, observed(b_).executed);
}

TEST_P(Agreement, WhatThePromotionPointHoldsIsNotCutOff) {
    protect_a_by_b();
    write_to_a(2);
    await_executed(b_, 2);
    lab_->kill_hard(Side::kA);
    EXPECT_EQ(lab_->rewind(Side::kA, observed(b_).executed).verdict,
              core::RewindVerdict::kNothingToCut);
    lab_->start(Side::kA);
    EXPECT_EQ(observed(a_).executed.count(), 2U);
}

TEST_P(Agreement, ANumberThatWasCutOffIsGivenAgain) {
    const auto client = leave_an_orphan();
    lab_->rewind(Side::kA, observed(b_).executed);
    lab_->start(Side::kA);
    must(a_, StepKind::kWaitForAcksOff);
    must(a_, StepKind::kOpenWrites);
    write_to_a();
    EXPECT_EQ(observed(a_).executed.to_string(), a_uuid_ + ":1-3");
}

TEST_P(Agreement, AReplicaThatHoldsWhatItsSourceLostIsRefusedByIt) {
    open_a_followed_by_b();
    write_to_a(2);
    const auto promotion_point = await_executed(b_, 2).executed;
    must(a_, StepKind::kWaitForAcksOn);
    const auto client = waiting_write();  // b receives it and acknowledges nothing
    await_executed(b_, 3);
    lab_->kill_hard(Side::kA);
    ASSERT_EQ(lab_->rewind(Side::kA, promotion_point).verdict, core::RewindVerdict::kCut);
    lab_->start(Side::kA);
    const auto facts = await(b_, "b's receiver has failed", [](const auto& seen) {
        return seen.replication.receiver == ReceiverState::kStopped;
    });
    EXPECT_EQ(facts.replication.receiver_error, 13114);
    EXPECT_TRUE(facts.replication.applier_running);
}

// relay_log_recovery: what was received and not applied is fetched again.
TEST_P(Agreement, AReplicaThatStartsHasForgottenWhatItReceivedAndDidNotApply) {
    receive_without_applying();
    lab_->kill_hard(Side::kB);
    lab_->start(Side::kB);
    const auto facts = observed(b_);
    EXPECT_TRUE(facts.replication.retrieved.empty()) << facts.replication.retrieved.to_string();
    EXPECT_EQ(facts.executed.count(), 1U);
    must(b_, StepKind::kWaitForAcksOff);
    must(b_, StepKind::kStartApplier);
    must(b_, StepKind::kStartReceiver);
    const auto caught_up = await_executed(b_, 3);
    EXPECT_EQ(caught_up.replication.retrieved.to_string(), a_uuid_ + ":2-3");
}

TEST_P(Agreement, AReceiverOutlivesItsSourcesDeath) {
    protect_a_by_b();
    write_to_a();
    lab_->kill_hard(Side::kA);
    await_receiver(b_, ReceiverState::kConnecting);
    lab_->start(Side::kA);
    await_receiver(b_, ReceiverState::kRunning);
    await_clients(1);
    must(a_, StepKind::kOpenWrites);
    write_to_a();
    await_executed(b_, 2);
}

// Waiting ends with an orderly shutdown, but replicas that are attached still get everything.
TEST_P(Agreement, AnOrderlyShutdownSendsItsReplicasWhatItTellsClientsOf) {
    protect_a_by_b();
    std::vector<std::unique_ptr<LabSession>> clients;
    for (int i = 0; i < 8; ++i) clients.push_back(session(Side::kA));
    for (auto& client : clients) client->begin_write();
    std::uint64_t acknowledged = 0;
    bool asked = false;
    for (int round = 0; !clients.empty() && round < 5000; ++round) {
        if (!asked && acknowledged > 20) {
            lab_->ask_to_end(Side::kA);
            asked = true;
        }
        std::erase_if(clients, [&](const auto& client) {
            const auto ending = client->ending(Millis{1});
            if (ending == Ending::kAcknowledged) {
                ++acknowledged;
                client->begin_write();
            }
            return ending == Ending::kRefused || ending == Ending::kUnknown;
        });
    }
    ASSERT_TRUE(asked && clients.empty()) << acknowledged << " writes were acknowledged";
    lab_->await_end(Side::kA);
    must(b_, StepKind::kStopReceiver);
    const auto received = observed(b_).replication.retrieved;
    EXPECT_GE(received.count(), acknowledged);
    lab_->start(Side::kA);
    EXPECT_EQ(observed(a_).executed, received);
}

// "Forced shutdown. Some updates might not be replicated": an orderly end stops the waiting.
TEST_P(Agreement, AnOrderlyShutdownTellsClientsOfSuccessThoughNobodyAcknowledged) {
    open_a_waiting();
    const auto one = waiting_write();
    const auto two = session(Side::kA);
    const auto three = session(Side::kA);
    for (const auto& more : {two.get(), three.get()}) more->begin_write();
    EXPECT_EQ(three->ending(kNotYet), Ending::kWaits);
    shut_down(Side::kA);
    for (const auto& client : {one.get(), two.get(), three.get()}) {
        EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
    }
    lab_->start(Side::kA);
    EXPECT_EQ(observed(a_).executed.count(), 3U);
}

TEST_P(Agreement, AfterAnOrderlyShutdownWhatWaitedIsNotCutOff) {
    protect_a_by_b();
    write_to_a();
    const auto promotion_point = await_executed(b_, 1).executed;
    must(b_, StepKind::kStopReceiver);
    const auto client = waiting_write();
    must(a_, StepKind::kKillSessions);
    EXPECT_EQ(client->ending(kSoon), Ending::kUnknown);
    shut_down(Side::kA);
    const auto plan = lab_->rewind(Side::kA, promotion_point);
    EXPECT_EQ(plan.verdict, core::RewindVerdict::kRefused);
    EXPECT_EQ(plan.orphans.to_string(), a_uuid_ + ":2");
    lab_->start(Side::kA);
    EXPECT_EQ(observed(a_).executed.count(), 2U);
    EXPECT_EQ(client->ending(Millis{0}), Ending::kUnknown) << "its session was ended before";
}

TEST_P(Agreement, AReplicaThatIsShutDownForgetsWhatItReceivedAsWell) {
    open_a_followed_by_b();
    lab_->stop_applier(Side::kB);
    write_to_a(2);
    await_received(b_, 2);
    shut_down(Side::kB);
    lab_->start(Side::kB);
    EXPECT_TRUE(observed(b_).replication.retrieved.empty());
    EXPECT_TRUE(observed(b_).executed.empty());
}

}  // namespace
}  // namespace understudy::contract

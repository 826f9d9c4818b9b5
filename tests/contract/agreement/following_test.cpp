// Receiving, applying, draining, changing the source: which GTID sets say what.
#include "tests/contract/agreement/agreement.h"

namespace understudy::contract {
namespace {

using core::ErrorCode;
using core::ReceiverState;
using core::StepKind;

TEST_P(Agreement, ExecutedIsWhatWasWrittenAndReceivedRetrievedWhatWasReceived) {
    open_a_followed_by_b();
    write_to_a(3);
    EXPECT_EQ(observed(a_).executed.to_string(), a_uuid_ + ":1-3");
    EXPECT_FALSE(observed(a_).replication.configured);
    auto facts = await_executed(b_, 3);
    EXPECT_EQ(facts.replication.retrieved.to_string(), a_uuid_ + ":1-3");

    must(b_, StepKind::kOpenWrites);
    const auto client = session(Side::kB);
    for (int i = 0; i < 2; ++i) {
        client->begin_write();
        ASSERT_EQ(client->ending(kSoon), Ending::kAcknowledged);
    }
    facts = observed(b_);
    EXPECT_EQ(facts.executed.without_server(a_uuid_).to_string(), facts.server_uuid + ":1-2");
    EXPECT_EQ(facts.executed.count(), 5U);
    EXPECT_EQ(facts.replication.retrieved.to_string(), a_uuid_ + ":1-3");
    EXPECT_EQ(observed(a_).executed.count(), 3U) << "a follows nobody";
}

TEST_P(Agreement, ADrainEndsWithoutItsReceiverOnceAllThatWasReceivedIsApplied) {
    open_a_followed_by_b();
    lab_->stop_applier(Side::kB);
    write_to_a(3);
    const auto received = await_received(b_, 3).replication.retrieved;
    must(b_, StepKind::kStopReceiver);
    write_to_a();  // too late
    const auto vain = b_.perform(drain_of(received), Millis{200});
    ASSERT_FALSE(vain);
    EXPECT_EQ(vain.error().code, ErrorCode::kTimeout);
    must(b_, StepKind::kStartApplier);
    must(b_, drain_of(received));
    const auto facts = observed(b_);
    EXPECT_EQ(facts.executed, received);
    EXPECT_EQ(facts.replication.receiver, ReceiverState::kStopped);
    EXPECT_TRUE(facts.replication.applier_running);
}

TEST_P(Agreement, StoppingTheReceiverKeepsWhatItReceived) {
    open_a_followed_by_b();
    lab_->stop_applier(Side::kB);
    write_to_a(2);
    await_received(b_, 2);
    must(b_, StepKind::kStopReceiver);
    write_to_a();
    must(b_, StepKind::kStartReceiver);
    const auto facts = await_received(b_, 3);
    EXPECT_TRUE(facts.executed.empty());
    EXPECT_FALSE(facts.replication.applier_running);
    must(b_, StepKind::kStartApplier);
    await_executed(b_, 3);
}

TEST_P(Agreement, StoppingBothThreadsKeepsWhatWasReceived) {
    open_a_followed_by_b();
    lab_->stop_applier(Side::kB);
    write_to_a(2);
    await_received(b_, 2);
    lab_->stop_replica(Side::kB);
    EXPECT_EQ(observed(b_).replication.retrieved.count(), 2U);
    must(b_, StepKind::kStartApplier);
    const auto facts = await_executed(b_, 2);
    EXPECT_EQ(facts.replication.receiver, ReceiverState::kStopped);
}

TEST_P(Agreement, ChangingTheSourceDropsWhatWasReceivedAndNotApplied) {
    receive_without_applying();
    lab_->repoint(Side::kB, Side::kA);
    auto facts = observed(b_);
    EXPECT_TRUE(facts.replication.retrieved.empty()) << facts.replication.retrieved.to_string();
    EXPECT_EQ(facts.replication.receiver, ReceiverState::kStopped);
    EXPECT_FALSE(facts.replication.applier_running);
    must(b_, StepKind::kStartApplier);
    must(b_, StepKind::kStartReceiver);
    facts = await_executed(b_, 3);  // received again
    EXPECT_EQ(facts.replication.retrieved.to_string(), a_uuid_ + ":2-3");
}

TEST_P(Agreement, TheAgentsStepsNeverDropWhatWasReceivedAndNotApplied) {
    open_a_followed_by_b();
    lab_->stop_applier(Side::kB);
    write_to_a();
    await_received(b_, 1);
    for (const auto& step :
         {step_to_follow(lab_->address(Side::kA)), step(StepKind::kForgetSource)}) {
        const auto done = b_.perform(step, kSoon);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, ErrorCode::kConflict);
    }
    const auto facts = observed(b_);
    EXPECT_EQ(facts.replication.retrieved.count(), 1U);
    EXPECT_EQ(facts.replication.receiver, ReceiverState::kStopped);
    must(b_, StepKind::kStartApplier);
    await_executed(b_, 1);
    must(b_, StepKind::kForgetSource);
    EXPECT_FALSE(observed(b_).replication.configured);
}

TEST_P(Agreement, ForgettingTheSourceForgetsWhatWasRetrieved) {
    open_a_followed_by_b();
    write_to_a();
    await_executed(b_, 1);
    must(b_, StepKind::kForgetSource);
    auto facts = observed(b_);
    EXPECT_FALSE(facts.replication.configured);
    EXPECT_TRUE(facts.replication.retrieved.empty());
    EXPECT_EQ(facts.executed.count(), 1U);
    must(b_, step_to_follow(lab_->address(Side::kA)));
    facts = observed(b_);
    EXPECT_TRUE(facts.replication.configured);
    EXPECT_TRUE(facts.replication.retrieved.empty());
}

// PURGE BINARY LOGS, or their age.
TEST_P(Agreement, AReplicaThatLacksWhatItsSourcePurgedIsRefusedByIt) {
    must(a_, StepKind::kWaitForAcksOff);
    must(a_, StepKind::kOpenWrites);
    write_to_a(2);
    lab_->purge_logs(Side::kA);
    write_to_a();
    EXPECT_EQ(observed(a_).executed.count(), 3U) << "what is purged is executed all the same";
    attach_b();
    const auto facts = await(b_, "b's receiver has failed", [](const auto& seen) {
        return seen.replication.receiver == ReceiverState::kStopped;
    });
    EXPECT_EQ(facts.replication.receiver_error, 13114);
    EXPECT_TRUE(facts.executed.empty()) << "not even what is still there";
}

TEST_P(Agreement, AReplicaThatHasWhatItsSourcePurgedGoesOn) {
    open_a_followed_by_b();
    write_to_a(2);
    await_executed(b_, 2);
    must(b_, StepKind::kStopReceiver);
    lab_->purge_logs(Side::kA);
    write_to_a();
    must(b_, StepKind::kStartReceiver);
    const auto facts = await_executed(b_, 3);
    EXPECT_EQ(facts.replication.receiver_error, 0);
}

TEST_P(Agreement, AServerWithoutASourceStartsNoReceiver) {
    const auto started = b_.perform(step(StepKind::kStartReceiver), kSoon);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ErrorCode::kRefused);
    // An applier could start, and nothing can be stopped.
    must(b_, StepKind::kStartApplier);
    must(b_, StepKind::kStopReceiver);
    EXPECT_FALSE(observed(b_).replication.configured);
    EXPECT_FALSE(observed(b_).replication.applier_running);
}

// STOP REPLICA hangs behind the applier's commit. It was begun, though, and is done in its turn.
TEST_P(Agreement, ReplicationDoesNotStopWhileItsApplierWaits) {
    let_b_stop_behind_its_applier();
    auto facts = observed(b_);
    EXPECT_TRUE(facts.replication.configured);
    EXPECT_TRUE(facts.replication.applier_running);
    EXPECT_EQ(facts.replication.receiver, ReceiverState::kRunning);
    EXPECT_TRUE(facts.executed.empty());
    EXPECT_EQ(facts.semi_sync.waiting_sessions, 1);
    must(b_, StepKind::kWaitForAcksOff);
    await_executed(b_, 1);
    facts = await(b_, "b's replication stops", [](const auto& seen) {
        return !seen.replication.applier_running &&
               seen.replication.receiver == ReceiverState::kStopped;
    });
    EXPECT_TRUE(facts.replication.configured) << "nobody waited for the answer any more";
    must(b_, StepKind::kForgetSource);
}

TEST_P(Agreement, WhatComesBehindAStopOfReplicationTimesOutAndIsDoneLater) {
    let_b_stop_behind_its_applier();
    for (const auto kind :
         {StepKind::kStopReceiver, StepKind::kStartApplier, StepKind::kStartReceiver}) {
        const auto behind = b_.perform(step(kind), Millis{300});
        ASSERT_FALSE(behind) << to_string(kind);
        EXPECT_EQ(behind.error().code, ErrorCode::kTimeout);
    }
    must(b_, StepKind::kWaitForAcksOff);
    await_executed(b_, 1);
    lab_->pass(Millis{500});
    await_receiver(b_, ReceiverState::kRunning);
    EXPECT_TRUE(observed(b_).replication.applier_running);
}

// So a host whose log was cut short can never follow again: only a rebuild helps.
TEST_P(Agreement, AServerIsNotSentBackWhatItHasLost) {
    protect_a_by_b();
    write_to_a(3);
    hand_over_to_b();
    must(b_, StepKind::kWaitForAcksOff);
    lab_->lose_last_transaction(Side::kA);
    EXPECT_EQ(observed(a_).executed.to_string(), a_uuid_ + ":1-2");
    must(a_, step_to_follow(lab_->address(Side::kB)));
    must(a_, StepKind::kStartApplier);
    must(a_, StepKind::kStartReceiver);
    const auto client = session(Side::kB);
    client->begin_write();
    ASSERT_EQ(client->ending(kSoon), Ending::kAcknowledged);
    const auto facts = await_executed(a_, 3);
    const auto b_uuid = observed(b_).server_uuid;
    EXPECT_TRUE(facts.executed.contains(b_uuid, 1));
    EXPECT_EQ(facts.executed.without_server(b_uuid).to_string(), a_uuid_ + ":1-2");
    EXPECT_EQ(facts.replication.retrieved.to_string(), b_uuid + ":1");
}

TEST_P(Agreement, APlannedSwitchLosesNothingAndTheFormerPrimaryFollows) {
    protect_a_by_b();
    write_to_a(3);
    const auto written = hand_over_to_b();
    must(a_, StepKind::kAcknowledgeOn);
    must(a_, step_to_follow(lab_->address(Side::kB)));
    must(a_, StepKind::kStartApplier);
    must(a_, StepKind::kStartReceiver);
    must(b_, StepKind::kWaitForAcksOn);
    const auto client = session(Side::kB);
    client->begin_write();
    EXPECT_EQ(client->ending(kSoon), Ending::kAcknowledged);
    const auto facts = await_executed(a_, 4);
    EXPECT_EQ(facts.executed, observed(b_).executed);
    EXPECT_EQ(facts.replication.retrieved, facts.executed.minus(written));
}

}  // namespace
}  // namespace understudy::contract

#include <gmock/gmock.h>

#include "tests/unit/agent/kept_database.h"

namespace understudy::agent::test {
namespace {

using testing::ElementsAre;

TEST_F(KeptDatabase, LeavesAnUnassignedServerAsItIs) {
    keeper.step();
    EXPECT_TRUE(database.performed.empty());
    EXPECT_TRUE(board.current().database->answering);
}

TEST_F(KeptDatabase, RefusesALowerToken) {
    tell(assignment(2, 7, Role::kFenced));
    const auto refused = keeper.accept(assignment(1, 9, Role::kPrimaryAlone));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::kConflict);
    keeper.step();
    EXPECT_TRUE(database.facts.super_read_only);
}

TEST_F(KeptDatabase, RefusesALowerTokenAfterTheAgentWasRestartedToo) {
    tell(assignment(2, 7, Role::kFenced));
    const auto next = next_keeper();
    EXPECT_FALSE(next->accept(assignment(1, 9, Role::kPrimaryAlone)));
}

TEST_F(KeptDatabase, DoesNotActOnWhatItCouldNotStore) {
    store.broken = true;
    EXPECT_FALSE(keeper.accept(assignment(1, 1, Role::kPrimaryAlone)));
    keeper.step();
    EXPECT_TRUE(database.facts.super_read_only);
}

TEST_F(KeptDatabase, IsPromotedInTheOrderThatLosesNothing) {
    become(Role::kReplicaInSync, 1);
    database.facts.replication.retrieved = gtids(kUuid + ":1-9");
    database.facts.executed = gtids(kUuid + ":1-7");
    tell(assignment(2, 2, Role::kPrimaryAlone));
    keeper.step();
    EXPECT_THAT(database.performed,
                ElementsAre(StepKind::kStopReceiver, StepKind::kDrain, StepKind::kOpenWrites,
                            StepKind::kAcknowledgeOff, StepKind::kForgetSource));
    const auto applied = *board.current().applied;
    EXPECT_TRUE(applied.reached);
    EXPECT_EQ(applied.promotion_point, gtids(kUuid + ":1-9"));
    std::vector<std::string> marks;
    for (const auto& mark : applied.marks) marks.push_back(mark.name);
    EXPECT_THAT(marks, ElementsAre("received", "stored", "receiver_stopped", "drained", "opened"));
}

TEST_F(KeptDatabase, ReportsTheDeathOfItsServerAtOnce) {
    become(Role::kReplicaInSync, 1);
    const auto noticed = clock.now().wall;
    keeper.server_gone(noticed);
    const auto report = board.current();
    EXPECT_EQ(report.database->process, core::ProcessState::kGone);
    EXPECT_EQ(report.database_gone_at, noticed);
}

TEST_F(KeptDatabase, IsNotOpenedAgainAfterARestartUntilTheControllerConfirms) {
    become(Role::kPrimaryAlone, 1);
    keeper.server_gone(clock.now().wall);
    database.facts.super_read_only = true;
    keeper.controller_heard();
    keeper.server_started(2);
    keeper.step();
    EXPECT_TRUE(database.facts.super_read_only);
    EXPECT_FALSE(board.current().applied) << "so that the controller says it again";
    tell(assignment(1, 1, Role::kPrimaryAlone));
    keeper.step();
    EXPECT_FALSE(database.facts.super_read_only);
}

// Static stability: with every controller gone the site goes on as it was.
TEST_F(KeptDatabase, IsOpenedAgainAfterARestartWhenEveryControllerIsAway) {
    become(Role::kPrimaryAlone, 1);
    keeper.server_gone(clock.now().wall);
    database.facts.super_read_only = true;
    keeper.server_started(2);
    clock.pass(Millis{3001});
    keeper.step();
    EXPECT_FALSE(database.facts.super_read_only);
}

TEST_F(KeptDatabase, IsKilledWhenItHangsWhilePrimary) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "observe", "no answer", 0};
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{2001});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

// The pause between two beats is no stall.
TEST_F(KeptDatabase, StallsOnlyWhileAWriteOfItsCanaryWaits) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    keeper.canary_written();
    database.facts.semi_sync.waiting_sessions = 1;
    clock.pass(Millis{5000});
    keeper.step();
    EXPECT_EQ(board.current().database->canary->age, Millis{0});
    keeper.canary_begun();
    clock.pass(Millis{300});
    keeper.canary_begun();
    keeper.step();
    EXPECT_EQ(board.current().database->canary->age, Millis{300});
}

// Every controller was away long enough for what is held to count, and is back before it opened:
// it has to hear that this host waits for its word, or neither does anything any more.
TEST_F(KeptDatabase, AsksForConfirmationWhenAControllerComesBackBeforeItOpens) {
    become(Role::kPrimaryAlone, 1);
    keeper.server_gone(clock.now().wall);
    database.facts.super_read_only = true;
    database.refuses = StepKind::kOpenWrites;
    keeper.server_started(2);
    clock.pass(Millis{3001});
    keeper.step();
    keeper.controller_heard();
    database.refuses.reset();
    keeper.step();
    EXPECT_TRUE(database.facts.super_read_only);
    EXPECT_FALSE(board.current().applied);
    tell(assignment(1, 1, Role::kPrimaryAlone));
    keeper.step();
    EXPECT_FALSE(database.facts.super_read_only);
}

// A fence that was given up: its SET still waits behind a transaction, and refuses every write.
TEST_F(KeptDatabase, TakesBackAFenceThatItIsNoLongerToldToBe) {
    become(Role::kPrimaryLossless, 1);
    database.facts.closing = true;
    keeper.step();
    EXPECT_THAT(database.performed, ElementsAre(StepKind::kOpenWrites));
    EXPECT_FALSE(database.facts.closing);
}

// What it held is a lease: it ends also while no controller is heard.
TEST_F(KeptDatabase, ClosesALeasedPrimaryThoughItsAgentHasOnlyJustStarted) {
    auto leased = assignment(1, 1, Role::kPrimaryLeased);
    leased.lease = core::LeaseTerms{Millis{3000}, 1, {}};
    tell(leased);
    const auto next = next_keeper();
    next->server_started(1);
    database.facts.super_read_only = false;
    clock.pass(Millis{1000});  // less than confirm_timeout, more than the grace of its lease
    next->step();
    EXPECT_TRUE(database.facts.super_read_only);
}

// A start of the receiver is not the loss of its source.
TEST_F(KeptDatabase, SaysSinceWhenItsReceiverConnects) {
    become(Role::kReplicaCatchingUp, 1);
    clock.pass(Millis{100});
    database.facts.replication.receiver = core::ReceiverState::kRunning;
    database.facts.replication.source_silent = Millis{0};
    keeper.step();
    database.facts.replication.receiver = core::ReceiverState::kConnecting;
    database.facts.replication.source_silent.reset();
    clock.pass(Millis{300});
    keeper.step();
    EXPECT_EQ(board.current().database->replication.source_silent, Millis{300});
}

TEST_F(KeptDatabase, IsEndedWhenItsCloneCopiesNothingForLong) {
    auto rebuilt = assignment(1, 1, Role::kRebuilding);
    rebuilt.source = core::Address{"198.18.0.21", 3306};
    rebuilt.rebuild.emplace();
    tell(rebuilt);
    database.facts.clone = {core::CloneState::kRunning, "now", 5, 9, 0, 0, ""};
    for (int i = 0; i < 2; ++i) {
        keeper.step();
        clock.pass(Millis{119'000});
        ++database.facts.clone.bytes;
    }
    keeper.step();
    EXPECT_EQ(kills, 0) << "it is slow";
    clock.pass(Millis{120'001});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

}  // namespace
}  // namespace understudy::agent::test

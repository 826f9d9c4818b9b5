#include "agent/database_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulated/assignment_store.h"
#include "tests/simulated/clock.h"
#include "tests/simulated/database.h"

namespace understudy::agent {
namespace {

using core::Millis;
using core::Role;
using core::StepKind;
using testing::ElementsAre;

const std::string kUuid = "11111111-1111-1111-1111-111111111111";

core::GtidSet gtids(const std::string& text) { return core::GtidSet::parse(text).value(); }

core::Assignment assignment(std::uint64_t epoch, std::uint64_t revision, Role role) {
    core::Assignment result;
    result.token = {core::Epoch{epoch}, core::Revision{revision}};
    result.role = role;
    if (core::is_replica(role)) result.source = core::Address{"198.18.0.21", 3306};
    return result;
}

struct KeptDatabase : testing::Test {
    simulated::Clock clock;
    simulated::Database database;
    simulated::AssignmentStore store;
    ReportBoard board{core::HostName("web2"), 1};
    int kills = 0;
    std::optional<core::RejoinOrder> order;
    DatabaseKeeper keeper{{},
                          clock,
                          database,
                          store,
                          [this] {
                              ++kills;
                              return core::Result<void>{};
                          },
                          [this](const auto& told) { order = told; },
                          board};

    void SetUp() override { keeper.server_started(1); }

    void tell(const core::Assignment& told) { ASSERT_TRUE(keeper.accept(told)); }

    void become(Role role, std::uint64_t revision) {
        tell(assignment(1, revision, role));
        keeper.step();
        ASSERT_TRUE(board.current().applied->reached) << board.current().applied->detail;
        database.performed.clear();
    }
};

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
    DatabaseKeeper next(
        {}, clock, database, store, [] { return core::Result<void>{}; }, [](const auto&) {}, board);
    ASSERT_TRUE(next.load());
    EXPECT_FALSE(next.accept(assignment(1, 9, Role::kPrimaryAlone)));
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

TEST_F(KeptDatabase, IsNotKilledForWantOfAnAcknowledgement) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    database.facts.semi_sync.waiting_sessions = 3;
    clock.pass(Millis{5000});
    keeper.step();
    EXPECT_EQ(kills, 0);
    EXPECT_EQ(board.current().database->canary->age, Millis{5000});
    EXPECT_TRUE(board.current().database->canary->waits_for_ack);
}

// The stack's rejoin rounds: taken for a want of acknowledgements, a frozen server made the
// controller let go of the replica that was to take over.
TEST_F(KeptDatabase, ThatDoesNotAnswerIsNotSaidToWaitForAnAcknowledgement) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    database.facts.semi_sync.waiting_sessions = 3;
    keeper.step();
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "observe", "no answer", 0};
    clock.pass(Millis{900});
    keeper.step();
    EXPECT_EQ(board.current().database->canary->age, Millis{900});
    EXPECT_FALSE(board.current().database->canary->waits_for_ack);
}

// The stack's rejoin rounds: on a busy machine one observation came too late.
TEST_F(KeptDatabase, ThatWaitsForAnAcknowledgementIsNotKilledForOneLateAnswer) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    database.facts.semi_sync.waiting_sessions = 3;
    clock.pass(Millis{5000});
    keeper.step();
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "observe", "no answer", 0};
    clock.pass(Millis{600});
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{1500});
    keeper.step();
    EXPECT_EQ(kills, 1) << "it has not answered for longer than hang_timeout";
}

// The stack's rejoin rounds: frozen in the middle of degrading, with a DROP USER that waited.
TEST_F(KeptDatabase, ThatLetsNobodyInToEndItsWaitingIsKilled) {
    become(Role::kPrimaryLossless, 1);
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "log in", "no answer", 0};
    tell(assignment(1, 2, Role::kPrimaryAlone));
    keeper.step();
    clock.pass(Millis{1900});
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{200});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

TEST_F(KeptDatabase, ThatStillRecoversIsNotKilled) {
    tell(assignment(1, 2, Role::kPrimaryAlone));
    database.not_answering = core::Error{core::ErrorCode::kUnreachable, "connect", "no socket", 0};
    for (int i = 0; i < 10; ++i) {
        clock.pass(Millis{5000});
        keeper.step();
    }
    EXPECT_EQ(kills, 0);
}

TEST_F(KeptDatabase, ThatDoesNotLetItselfBeFencedIsKilled) {
    become(Role::kPrimaryLossless, 1);
    database.refuses = StepKind::kCloseWrites;
    tell(assignment(2, 2, Role::kFenced));
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{2001});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

TEST_F(KeptDatabase, ThatLetsNobodyInIsKilled) {
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "connect", "no answer", 0};
    tell(assignment(1, 1, Role::kReplicaCatchingUp));
    keeper.step();
    clock.pass(Millis{7'000});
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{1'001});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

TEST_F(KeptDatabase, ThatStillStartsIsNotKilledHoweverLongItTakes) {
    database.not_answering = core::Error{core::ErrorCode::kUnreachable, "connect", "refused", 0};
    tell(assignment(1, 1, Role::kReplicaCatchingUp));
    keeper.step();
    clock.pass(Millis{600'000});
    keeper.step();
    EXPECT_EQ(kills, 0);
}

TEST_F(KeptDatabase, ThatOnceLetTheAgentInIsNotTakenForOneThatLetsNobodyIn) {
    become(Role::kReplicaInSync, 1);
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "observe", "busy", 0};
    keeper.step();
    clock.pass(Millis{60'000});
    keeper.step();
    EXPECT_EQ(kills, 0);
}

TEST_F(KeptDatabase, ThatDiedWaitingMayBeRewoundOnceItsSuccessorIsKnown) {
    become(Role::kPrimaryLossless, 1);
    keeper.server_gone(clock.now().wall);
    EXPECT_FALSE(order);
    tell(assignment(2, 2, Role::kFenced));
    EXPECT_FALSE(order) << "the promotion point is not known yet";
    auto replica = assignment(2, 3, Role::kReplicaCatchingUp);
    replica.promotion_point = gtids(kUuid + ":1-9");
    tell(replica);
    ASSERT_TRUE(order);
    EXPECT_EQ(*order, (core::RejoinOrder{Role::kReplicaCatchingUp, gtids(kUuid + ":1-9"), true}));
}

TEST_F(KeptDatabase, ThatIsKilledForItsWaitingCommitsMayBeRewound) {
    become(Role::kPrimaryLossless, 1);
    database.facts.semi_sync.waiting_sessions = 2;
    tell(assignment(2, 3, Role::kReplicaCatchingUp));
    keeper.step();
    EXPECT_EQ(kills, 1);
    EXPECT_TRUE(database.facts.semi_sync.source_enabled) << "no waiting commit was let go";
    keeper.server_gone(clock.now().wall);
    tell(assignment(2, 3, Role::kReplicaCatchingUp));
    ASSERT_TRUE(order);
    EXPECT_TRUE(order->died_waiting);
}

// The stack's rejoin case: cut off longer than confirm_timeout, then its mysqld dies.
TEST_F(KeptDatabase, ThatWasCutOffWhileItWaitedStartsNoSoonerThanAControllerHadItsTime) {
    become(Role::kPrimaryLossless, 1);
    clock.pass(Millis{60000});
    keeper.server_gone(clock.now().wall);
    clock.pass(Millis{14000});
    keeper.step();
    EXPECT_FALSE(order) << "a successor may be told of";
    clock.pass(Millis{1001});
    keeper.step();
    ASSERT_TRUE(order) << "every controller is away: it goes on as it was";
    EXPECT_EQ(order->role, Role::kPrimaryLossless);
}

TEST_F(KeptDatabase, ThatWaitedForNobodyStartsAsSoonAsEveryControllerCountsAsAway) {
    become(Role::kPrimaryAlone, 1);
    keeper.server_gone(clock.now().wall);
    clock.pass(Millis{3001});
    keeper.step();
    EXPECT_TRUE(order);
}

// Found by the simulator: an order that outlives the start it was for is obeyed at a later start
// that no agent sees coming, when this host may long be the primary, and cuts committed writes.
TEST_F(KeptDatabase, TakesItsOrderBackOnceTheServerRuns) {
    become(Role::kPrimaryLossless, 1);
    keeper.server_gone(clock.now().wall);
    tell(assignment(2, 3, Role::kReplicaCatchingUp));
    ASSERT_TRUE(order);
    keeper.server_started(2);
    EXPECT_FALSE(order);
}

TEST_F(KeptDatabase, WhoseWaitingCommitsWereLetGoMayNotBeRewound) {
    become(Role::kPrimaryLossless, 1);
    tell(assignment(2, 2, Role::kReplicaCatchingUp));
    keeper.step();
    EXPECT_FALSE(database.facts.semi_sync.source_enabled);
    keeper.server_gone(clock.now().wall);
    tell(assignment(2, 3, Role::kReplicaCatchingUp));
    ASSERT_TRUE(order);
    EXPECT_FALSE(order->died_waiting);
}

}  // namespace
}  // namespace understudy::agent

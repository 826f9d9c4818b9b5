// What the step before mysqld's start is told, and when.
#include "tests/unit/agent/kept_database.h"

namespace understudy::agent::test {
namespace {

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
}  // namespace understudy::agent::test

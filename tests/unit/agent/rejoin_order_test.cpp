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

// Found by the simulator: what was let go was noted in memory only, and a later loss of power cut
// off what had been committed since.
TEST_F(KeptDatabase, NotesForGoodThatWaitingCommitsWereLetGo) {
    become(Role::kPrimaryLossless, 1);
    keeper.server_gone(clock.now().wall);
    tell(assignment(2, 3, Role::kReplicaCatchingUp));
    database.facts.semi_sync.source_enabled = true;  // as its configuration says
    database.facts.super_read_only = true;
    keeper.server_started(2);
    tell(assignment(2, 3, Role::kReplicaCatchingUp));
    keeper.step();
    ASSERT_FALSE(database.facts.semi_sync.source_enabled);

    const auto next = next_keeper();
    next->server_gone(clock.now().wall);
    ASSERT_TRUE(next->accept(assignment(2, 3, Role::kReplicaCatchingUp)));
    ASSERT_TRUE(order);
    EXPECT_FALSE(order->died_waiting);
}

// Found by the simulator: an agent that was started again beside its mysqld forgot that it waits.
TEST_F(KeptDatabase, MayBeRewoundThoughItsAgentWasRestartedMeanwhile) {
    become(Role::kPrimaryLossless, 1);
    const auto next = next_keeper();
    ASSERT_TRUE(next->accept(assignment(2, 3, Role::kReplicaCatchingUp)));
    next->server_started(1);
    next->server_gone(clock.now().wall);
    ASSERT_TRUE(next->accept(assignment(2, 3, Role::kReplicaCatchingUp)));
    ASSERT_TRUE(order);
    EXPECT_TRUE(order->died_waiting);
}

// What an accepted loss gave up was acknowledged, and so committed by a host that was away.
struct KeptThroughALoss : KeptDatabase {
    // It waited in epoch 1, died, and is told to follow after a loss in that epoch.
    bool may_be_rewound(std::uint64_t loss_epoch) {
        become(Role::kPrimaryLossless, 1);
        keeper.server_gone(clock.now().wall);
        auto replica = assignment(4, 9, Role::kReplicaCatchingUp);
        replica.loss_epoch = core::Epoch{loss_epoch};
        tell(replica);
        return order && order->died_waiting;
    }
};

TEST_F(KeptThroughALoss, MayNotBeRewoundWhenItWasAway) { EXPECT_FALSE(may_be_rewound(3)); }

TEST_F(KeptThroughALoss, MayBeRewoundWhenItWasToldSince) { EXPECT_TRUE(may_be_rewound(1)); }

// Nobody knows what its operator let go.
TEST_F(KeptDatabase, ThatWasDetachedMayNotBeRewound) {
    become(Role::kPrimaryLossless, 1);
    tell(assignment(2, 2, Role::kDetached));
    keeper.server_gone(clock.now().wall);
    tell(assignment(2, 3, Role::kReplicaCatchingUp));
    ASSERT_TRUE(order);
    EXPECT_FALSE(order->died_waiting);
}

}  // namespace
}  // namespace understudy::agent::test

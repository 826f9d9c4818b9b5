// hazards.md, "Losing acknowledged writes", and what the simulator found besides.
#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

using LosingWrites = Scenario;

// vitess#16050: semi-sync was switched off on the stalled primary before its sessions were killed.
TEST_F(LosingWrites, NothingThatWaitsOnASupersededPrimaryIsLetGo) {
    isolate(primary, true);
    ASSERT_TRUE(fails_over(20s));
    site.run_for(3s);
    EXPECT_GT(site.server(primary).prepared(), 0U) << "its heartbeat waits";
    expect_whole();
    EXPECT_EQ(count("rewound"), 1);
    EXPECT_EQ(count("cloned"), 0);
}

// A primary that was cut off longer than confirm_timeout, and whose mysqld then dies, waits for a
// controller's word before it starts: what nobody acknowledged is cut off, not committed.
TEST_F(LosingWrites, NothingThatWaitedOnACutOffPrimaryIsCommittedWhenItsServerDies) {
    isolate(primary, true);
    ASSERT_TRUE(fails_over(20s));
    site.run_for(5s);
    site.database(primary).kill_mysqld();
    site.run_for(3s);
    isolate(primary, false);
    expect_whole();
    EXPECT_EQ(count("rewound"), 1);
    EXPECT_EQ(count("cloned"), 0);
    EXPECT_EQ(count("start as primary with prepared transactions"), 0);
}

// Static stability: with every controller gone it starts as it was, some time later.
TEST_F(LosingWrites, AWaitingPrimaryStartsAsItWasWhenEveryControllerIsGone) {
    site.kill_controller();
    site.run_for(5s);
    site.database(primary).kill_mysqld();
    site.run_for(10s);
    EXPECT_FALSE(site.server(primary).running());
    EXPECT_TRUE(reaches([this] { return site.server(primary).writable(); }, 20s));
    expect_whole();
    EXPECT_EQ(site.primary(), primary);
}

// cloudnative-pg#8790: a standby counted as synchronous before it streamed.
TEST_F(LosingWrites, AReplicaThatCameBackCountsOnlyOnceItHoldsEverything) {
    site.server(replica).durations.apply = 2s;
    site.database(replica).kill_mysqld();
    ASSERT_TRUE(reaches([this] { return site.record().in_sync.empty(); }, 5s));
    ASSERT_TRUE(settles());
    site.database(primary).kill_mysqld();
    expect_whole();
}

// Patroni, MySQL's default time-out: a wait that ends by itself returns to the client.
TEST_F(LosingWrites, AWaitForAnAcknowledgementHasNoEndOfItsOwn) {
    cut_replication();
    site.kill_controller();
    site.run_for(100ms);
    const auto acknowledged = site.clients().acknowledged();
    site.run_for(60s);
    EXPECT_EQ(site.clients().acknowledged(), acknowledged);
    expect_whole();
}

// ProxySQL/orchestrator#106: the relay log was not drained before the promotion.
TEST_F(LosingWrites, TheRelayLogIsDrainedBeforeTheCandidateOpens) {
    site.server(replica).durations.apply = 3s;
    site.run_for(2500ms);
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(fails_over(30s));
    expect_whole();
}

// Seed 296: relay logs do not survive the candidate's restart between its choice and its opening.
TEST_F(LosingWrites, ACandidateThatWasRestartedBeforeItOpenedGivesTheRoleBack) {
    site.server(replica).durations.apply = 5s;
    site.run_for(4s);
    site.database(primary).restart_delay = 5s;
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(reaches([this] { return site.record().phase == core::Phase::kPromoting; }, 5s));
    site.database(replica).kill_mysqld();
    expect_whole();
    EXPECT_EQ(site.primary(), primary);
}

// RESET REPLICA on the candidate, between its choice and its opening.
TEST_F(LosingWrites, ACandidateThatLostWhatItReceivedGivesTheRoleBack) {
    site.server(replica).durations.apply = 5s;
    site.run_for(4s);
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(reaches([this] { return site.record().phase == core::Phase::kPromoting; }, 5s));
    site.server(replica).reset_by_hand();
    expect_whole();
    EXPECT_EQ(site.primary(), primary);
}

// Seeds 85128 and 124480: somebody had written on it as well, which is no sign that it had opened.
TEST_F(LosingWrites, ACandidateThatWasWrittenOnAndLostWhatItReceivedGivesTheRoleBack) {
    site.database(replica).kill_agent();
    site.judge().written_by_hand(replica);
    site.server(replica).write_by_hand();
    site.server(replica).durations.apply = 5s;
    site.run_for(700ms);
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(reaches([this] { return site.record().phase == core::Phase::kPromoting; }, 200ms));
    site.server(replica).reset_by_hand();
    site.database(replica).start_agent();
    expect_whole();
    EXPECT_EQ(site.primary(), primary);
}

// It is the primary also when its mysqld, or its agent, is started again before it is told so.
TEST_F(LosingWrites, ACandidateThatHasOpenedKeepsTheRole) {
    site.server(replica).durations.apply = 2s;
    site.run_for(1500ms);
    site.database(primary).keep_mysqld_down(true);
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(reaches([this] { return site.record().phase == core::Phase::kPromoting; }, 200ms));
    site.run_for(50ms);
    isolate(site.controller_node(), true);
    ASSERT_TRUE(fails_over(10s));
    site.database(replica).kill_agent();
    site.database(replica).kill_mysqld();
    site.run_for(500ms);
    site.database(replica).start_agent();
    site.run_for(500ms);
    isolate(site.controller_node(), false);
    expect_whole();
    EXPECT_EQ(site.primary(), replica);
}

// Under its old UUID it would give the numbers of what was cut off again, and a third host may
// still hold that.
TEST_F(LosingWrites, ARewoundHostNumbersUnderAnotherUuid) {
    const int before = site.server(primary).identity();
    cut_replication();
    ASSERT_TRUE(reaches([this] { return site.server(primary).prepared() > 0; }, 5s));
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(fails_over(5s)) << last_lines();
    expect_whole();
    EXPECT_EQ(count("rewound"), 1);
    EXPECT_NE(site.server(primary).identity(), before);
}

// Seeds 138 and 188: the order of an earlier start was obeyed at a start that no agent saw.
TEST_F(LosingWrites, ARejoinOrderIsGoodForOneStart) {
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(fails_over(5s));
    ASSERT_TRUE(settles());
    site.run_for(1s);
    site.ask(core::OperationKind::kSwitchover);
    ASSERT_TRUE(reaches([this] { return site.primary() == primary && site.settled(); }, 20s));
    site.run_for(5s);
    site.database(primary).kill_agent();
    site.database(primary).kill_mysqld();
    site.run_for(3s);
    expect_whole();
}

using LosingWritesAmongThree = ScenarioAmong<3>;

// A member whose mysqld died and that could not be told so any more acknowledges on when it is
// back.
TEST_F(LosingWritesAmongThree, AMemberThatWasNotToldToStopAcknowledgingCounts) {
    constexpr int kLost = 2;
    site.database(kLost).restart_delay = 1s;
    site.database(kLost).kill_mysqld();
    site.run_for(1500us);  // its agent has said so
    cut(kLost, site.controller_node());
    site.server(replica).durations.receive = 300ms;
    site.run_for(6s);
    site.server(replica).durations.receive = 0us;
    expect_whole();
}

}  // namespace
}  // namespace understudy::simulation

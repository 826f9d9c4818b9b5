// hazards.md, "Not failing over when it was needed".
#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

using MissingFailover = Scenario;

// openark/orchestrator#522, #1041: power loss left a half-open connection.
TEST_F(MissingFailover, OfAHostWithoutPowerIsDoneInSeconds) {
    site.database(primary).lose_power();
    EXPECT_TRUE(fails_over(6s)) << last_lines();
    expect_whole();
}

TEST_F(MissingFailover, OfAHostThatWasLostBeforeTheControllerStartedIsDone) {
    site.kill_controller();
    site.database(primary).lose_power();
    site.run_for(10s);
    site.start_controller();
    EXPECT_TRUE(fails_over(6s)) << last_lines();
    expect_whole();
}

// vitess#19340, patroni#1371: a stopped primary answered just often enough.
TEST_F(MissingFailover, OfAStoppedPrimaryIsDone) {
    site.database(primary).freeze_mysqld(true);
    EXPECT_TRUE(fails_over(8s)) << last_lines();
    expect_whole();
}

// vitess#16375, #20334: a stalled disk gave no action.
TEST_F(MissingFailover, OfAPrimaryWhoseDiskStallsIsDone) {
    site.server(primary).stall_disk(true);
    EXPECT_TRUE(fails_over(8s)) << last_lines();
    expect_whole();
}

// signal18/replication-manager#719: the dead primary's own last transactions vetoed the promotion.
TEST_F(MissingFailover, IsNotVetoedByWhatOnlyTheDeadPrimaryHas) {
    cut_replication();
    site.run_for(100ms);
    site.database(primary).lose_power();
    EXPECT_TRUE(fails_over(8s)) << last_lines();
    expect_whole();
}

// vitess#13108: a small repair used up the cool-down and blocked the failover.
TEST_F(MissingFailover, RepairsAndPlannedMovesDoNotUseUpTheGuardOfFailovers) {
    for (int i = 0; i < 4; ++i) {
        site.database(site.replica()).kill_mysqld();
        site.run_for(3s);
        ASSERT_TRUE(settles()) << last_lines();
        site.ask(core::OperationKind::kSwitchover);
        site.run_for(3s);
        ASSERT_TRUE(settles()) << last_lines();
    }
    primary = site.primary();
    replica = site.replica();
    site.database(primary).keep_mysqld_down(true);
    site.database(primary).kill_mysqld();
    EXPECT_TRUE(fails_over(5s)) << last_lines();
    expect_whole();
}

using MissingFailoverAmongFive = ScenarioAmong<5>;

// Seed 235: of two members that were lost at once neither left, as the other one did not hold
// everything.
TEST_F(MissingFailoverAmongFive, TwoMembersThatWereLostAtOnceDoNotHoldItUp) {
    for (const int lost : {3, 4}) {
        site.database(lost).keep_mysqld_down(true);
        site.database(lost).kill_mysqld();
    }
    site.run_for(5s);
    site.database(primary).keep_mysqld_down(true);
    site.database(primary).kill_mysqld();
    const auto taken_over = [this] { return site.primary() != primary && site.settled(); };
    EXPECT_TRUE(reaches(taken_over, 5s)) << last_lines();
    expect_whole();
}

}  // namespace
}  // namespace understudy::simulation

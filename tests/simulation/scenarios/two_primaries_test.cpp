// hazards.md, "Two primaries".
#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

using TwoPrimaries = Scenario;

// openark/orchestrator#1217: the recovery's time block expired while it still ran.
TEST_F(TwoPrimaries, TwoControllersAtOnceMakeOneFailover) {
    site.pause_controller();
    site.start_controller();
    site.run_for(3s);
    site.database(primary).keep_mysqld_down(true);
    site.database(primary).kill_mysqld();
    site.resume_controller();
    ASSERT_TRUE(fails_over(10s));
    expect_whole();
    EXPECT_EQ(count("failover_started"), 1);
}

// pg_auto_failover#1032: a paged-out primary woke up, and both wrote.
TEST_F(TwoPrimaries, APausedPrimaryThatWakesUpAcknowledgesNothing) {
    site.database(primary).pause();
    ASSERT_TRUE(fails_over(20s));
    site.run_for(5s);
    site.database(primary).resume();
    expect_whole();
    EXPECT_EQ(site.primary(), replica);
}

// haproxy#962, patroni#421: old sessions stayed on the old primary behind the proxy.
TEST_F(TwoPrimaries, SessionsToTheFormerWriterAreClosedWhereNoAgentSteersToo) {
    site.balancer(0).kill_agent();
    site.ask(core::OperationKind::kSwitchover);
    ASSERT_TRUE(fails_over(10s));
    site.run_for(2s);
    EXPECT_EQ(site.server(primary).client_sessions(), 0);
    expect_whole();
}

// openark/orchestrator#451: the controller changed leader in the middle.
TEST_F(TwoPrimaries, AControllerThatDiesAtAnyMomentOfASwitchoverIsReplaced) {
    for (const auto moment : {1ms, 3ms, 5ms, 7ms, 9ms, 12ms, 20ms}) {
        site.ask(core::OperationKind::kSwitchover);
        site.run_for(moment);
        site.kill_controller();
        site.run_for(500ms);
        site.start_controller();
        ASSERT_TRUE(settles()) << moment.count() << last_lines();
        site.run_for(1s);
    }
    expect_whole();
}

}  // namespace
}  // namespace understudy::simulation

// hazards.md, "Getting stuck".
#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

class GettingStuck : public Scenario {
  protected:
    explicit GettingStuck(SiteOptions options = {}) : Scenario(std::move(options)) {}
    void expect_writes_within(Micros time) {
        const auto before = site.clients().acknowledged();
        EXPECT_TRUE(reaches([&] { return site.clients().acknowledged() > before + 3; }, time))
            << last_lines();
    }
};

// openark/orchestrator#1137: the only acknowledging replica died and writes hung.
TEST_F(GettingStuck, WritesGoOnWhenTheOnlyReplicaDies) {
    site.database(replica).keep_mysqld_down(true);
    site.database(replica).kill_mysqld();
    site.run_for(10ms);
    expect_writes_within(3s);
    EXPECT_EQ(site.primary(), primary);
    expect_whole();
}

// pg_auto_failover#997: only the link between the two was cut.
TEST_F(GettingStuck, WritesGoOnWhenOnlyTheReplicationLinkIsCut) {
    cut_replication();
    expect_writes_within(4s);
    EXPECT_EQ(site.primary(), primary);
    expect_whole();
}

// MySQL 9.7: while a CREATE USER waits for its acknowledgement nobody can log in.
TEST_F(GettingStuck, AWaitingCreateUserLocksNobodyOutForLong) {
    cut_replication();
    site.clients().write_ddl_next();
    ASSERT_TRUE(reaches([this] { return !site.server(primary).accepts_logins(); }, 5s));
    expect_writes_within(4s);
    expect_whole();
}

// The same, and its agent lost the connections that it had opened before.
TEST_F(GettingStuck, AWaitingCreateUserIsEndedAlsoByAnAgentThatCannotLogIn) {
    cut_replication();
    site.clients().write_ddl_next();
    ASSERT_TRUE(reaches([this] { return !site.server(primary).accepts_logins(); }, 5s));
    site.database(primary).kill_agent();
    site.database(primary).start_agent();
    expect_writes_within(20s);
    expect_whole();
}

// vitess#18685: demotion waited for acknowledgements from replicas already stopped.
TEST_F(GettingStuck, ASwitchoverDoesNotWaitForAReplicaThatIsGone) {
    site.server(replica).stop_receiver();
    site.run_for(100ms);
    site.ask(core::OperationKind::kSwitchover);
    site.run_for(10s);
    expect_writes_within(5s);
    expect_whole();
}

// vitess#19921: the replica's repair waited for the primary, which waited for the replica.
TEST_F(GettingStuck, BothHostsComeBackFromAPowerCut) {
    site.database(primary).lose_power();
    site.database(replica).lose_power();
    site.run_for(5s);
    expect_whole();
}

// replication-manager#453: a rejoined primary kept its source-side waiting on.
TEST_F(GettingStuck, ARejoinedPrimaryDoesNotWaitForAcknowledgements) {
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(fails_over(5s));
    expect_whole();
    EXPECT_FALSE(site.server(primary).waits());
}

// replication-manager#528: all replicas in error emptied the reader pool.
TEST_F(GettingStuck, ThereIsAlwaysAReader) {
    site.server(replica).break_applier(1062);
    EXPECT_TRUE(reaches(
        [this] { return site.record().route.readers == std::set{database_name(primary)}; }, 30s))
        << last_lines();
    expect_whole();
    EXPECT_FALSE(site.record().route.readers.empty());
}

// Its link carries little, say: each time it is admitted, writes stand still for ack_stall_timeout.
TEST_F(GettingStuck, AReplicaThatAcknowledgesTooLateIsTakenBackEverMoreSeldom) {
    site.server(replica).durations.receive = 550ms;
    site.run_for(300s);
    EXPECT_LE(count("admitting"), 17) << last_lines();
    EXPECT_GE(count("degraded"), 5) << "it was tried again";
    site.server(replica).durations.receive = {};
    expect_whole();
}

TEST_F(GettingStuck, AHostIsConfirmedByAControllerThatWasAway) {
    site.kill_controller();
    site.database(primary).kill_mysqld();
    site.run_for(3200ms);
    site.start_controller();
    expect_whole();
}

class AmongThree : public ScenarioAmong<3> {};

// The policy's number counted from the next admission on, which may never come.
TEST_F(AmongThree, CommitsWaitForAsManyAsThePolicyAsksForByNow) {
    for (const int asked : {2, 1}) {
        site.change_acknowledgements(asked);
        const auto counts = [&] { return site.server(primary).waits_for() == asked; };
        EXPECT_TRUE(reaches(counts, 5s)) << last_lines();
        EXPECT_TRUE(settles()) << last_lines();
        expect_whole();
    }
}

// With one replica gone commits go on; once it is back, they wait for both.
TEST_F(AmongThree, MoreThanAcknowledgeAreWaitedForOnceTheyDo) {
    site.database(replica).keep_mysqld_down(true);
    site.database(replica).kill_mysqld();
    ASSERT_TRUE(reaches([this] { return site.record().in_sync.size() == 1; }, 20s)) << last_lines();
    site.change_acknowledgements(2);
    site.run_for(5s);
    EXPECT_EQ(site.server(primary).waits_for(), 1);
    EXPECT_EQ(site.record().phase, core::Phase::kProtected);
    expect_whole();
    EXPECT_EQ(site.server(primary).waits_for(), 2);
}

// Each commit is to wait for both replicas; the first admission has just begun.
class AdmittingTwo : public GettingStuck {
  protected:
    AdmittingTwo() : GettingStuck(waiting_for_both()) {}
    void SetUp() override {
        const auto begun = [this] { return site.record().phase == core::Phase::kAdmitting; };
        ASSERT_TRUE(reaches(begun, 20s)) << last_lines();
        primary = site.primary();
        replica = site.replica();
    }
    static SiteOptions waiting_for_both() {
        SiteOptions options = of_hosts(3);
        options.policy.acknowledgements = 2;
        return options;
    }
};

// Seed 152701: the admission went on without it, and would have for ever.
TEST_F(AdmittingTwo, OneThatIsRebuiltMeanwhileIsAdmittedWhenItIsBack) {
    site.rebuild(replica, Judge::kNoReason);
    ASSERT_TRUE(reaches([this] { return count("rebuilt") > 0; }, 30s)) << last_lines();
    EXPECT_TRUE(settles()) << last_lines();
    expect_whole();
}

TEST_F(AdmittingTwo, OneWhoseServerEndsMeanwhileIsAdmittedWhenItIsBack) {
    site.database(replica).kill_mysqld();
    EXPECT_TRUE(settles()) << last_lines();
    expect_whole();
}

}  // namespace
}  // namespace understudy::simulation

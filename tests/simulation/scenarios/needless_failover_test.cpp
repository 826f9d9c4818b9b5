// hazards.md, "Failing over when nothing was wrong".
#include <utility>

#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

class NeedlessFailover : public Scenario {
  protected:
    explicit NeedlessFailover(SiteOptions options = {}) : Scenario(std::move(options)) {}

    void expect_no_failover() {
        expect_whole();
        EXPECT_EQ(count("failover_started"), 0);
        EXPECT_EQ(site.primary(), primary);
    }
};

// outbrain/orchestrator#138: a backup stopped the replica's threads, then a network blip.
TEST_F(NeedlessFailover, AThreadStoppedByHandIsNoLostPrimary) {
    site.server(replica).stop_receiver();
    site.run_for(3s);
    site.network().cut(primary, site.controller_node());
    site.network().cut(site.controller_node(), primary);
    site.run_for(10s);
    expect_no_failover();
}

// ProxySQL/orchestrator#106: receiver up, applier broken was read as a dead primary.
TEST_F(NeedlessFailover, ABrokenApplierIsNoDeadPrimary) {
    site.server(replica).break_applier(1062);
    site.run_for(10s);
    expect_no_failover();
}

// patroni#1195, #2375: trouble in the coordination store demoted a healthy primary.
TEST_F(NeedlessFailover, TroubleInTheStoreDemotesNobody) {
    site.store_mishaps = {0, 1.0};
    const auto before = site.clients().acknowledged();
    site.run_for(60s);
    EXPECT_GT(site.clients().acknowledged(), before + 50);
    EXPECT_TRUE(site.server(primary).writable());
    expect_no_failover();
}

TEST_F(NeedlessFailover, NothingChangesWhileEveryControllerIsAway) {
    site.judge().control_plane_away(true);
    site.kill_controller();
    site.run_for(120s);
    site.judge().control_plane_away(false);
    expect_no_failover();
}

TEST_F(NeedlessFailover, APrimaryThatOnlyLoadBalancersSeeStays) {
    for (const Node other : {static_cast<Node>(replica), site.controller_node()}) {
        site.network().cut(primary, other);
        site.network().cut(other, primary);
    }
    site.review();
    site.run_for(20s);
    expect_no_failover();
}

class NeedlessFailoverAfterPatience : public NeedlessFailover {
  protected:
    NeedlessFailoverAfterPatience() : NeedlessFailover(patient_site()) {}

  private:
    static SiteOptions patient_site() {
        SiteOptions options;
        options.policy.host_timeout = core::Millis{3000};
        return options;
    }
};

// Seed 187879: it stood still for less than host_timeout, heard the replica again before the load
// balancers, and took what it had not heard itself for silence.
TEST_F(NeedlessFailoverAfterPatience, WhatAPausedControllerDidNotHearIsNoSilence) {
    cut(primary, replica);
    cut(primary, site.controller_node());
    site.run_for(90ms);
    site.pause_controller();
    site.run_for(2800ms);
    site.resume_controller();
    site.run_for(10s);
    expect_no_failover();
}

// openark/orchestrator#1015: monitoring could not log in.
TEST_F(NeedlessFailover, AnAgentThatIsAwayIsNoDeadPrimary) {
    site.database(primary).kill_agent();
    site.run_for(20s);
    expect_no_failover();
}

}  // namespace
}  // namespace understudy::simulation

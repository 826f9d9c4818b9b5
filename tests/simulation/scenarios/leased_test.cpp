// Where commits do not wait: the lease, and how much a failover may lose.
#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

constexpr core::Millis kLease{1500};

SiteOptions leased_site() {
    SiteOptions options;
    options.policy.async = core::AsyncDurability{.max_lag = core::Millis{8000}, .lease = kLease};
    // What the former primary wrote on its side of the cut, nobody else has.
    options.policy.automatic_rebuild = true;
    return options;
}

class Leased : public Scenario {
  protected:
    Leased() : Scenario(leased_site()) {}

    // The primary and one load balancer on one side, everybody else on the other.
    void split_in_halves() {
        for (const Node here : {static_cast<Node>(primary), site.balancer(0).node()}) {
            for (const Node there :
                 {static_cast<Node>(replica), site.balancer(1).node(), site.controller_node()}) {
                cut(here, there);
            }
        }
    }
};

// Seed 155776: its agent waited for an answer, while the lease was over long ago.
TEST_F(Leased, AServerThatDoesNotAnswerIsKilledWhenItsLeaseIsOver) {
    split_in_halves();
    site.run_for(600ms);
    site.database(primary).freeze_mysqld(true);
    ASSERT_TRUE(fails_over(10s)) << last_lines();
    EXPECT_FALSE(site.server(primary).running());
    expect_whole();
}

// Seed 12501: its mysqld was heard to end; that it was started again and wrote on, nobody heard.
TEST_F(Leased, WhatIsSilentMayHaveWrittenSinceItWasHeardToEnd) {
    site.pause(true);
    site.run_for(1s);
    site.database(primary).restart_delay = 1s;
    site.database(primary).kill_mysqld();
    site.run_for(300ms);
    cut(primary, replica);
    cut(primary, site.controller_node());
    ASSERT_TRUE(reaches([this] { return site.server(primary).writable(); }, 10s)) << last_lines();
    site.run_for(15s);
    site.pause(false);
    cut(primary, site.balancer(0).node());
    cut(primary, site.balancer(1).node());
    site.run_for(10s);
    EXPECT_EQ(count("failover_started"), 0) << "it lacks 15 s of writes";
    expect_whole();
}

class LeasedAmongThree : public Scenario {
  protected:
    LeasedAmongThree() : Scenario(of_three()) {}
    static SiteOptions of_three() {
        auto options = of_hosts(3, leased_site());
        options.policy.automatic_rebuild = false;
        return options;
    }
};

// Seed 98709: what it has besides was forgotten with the primary, and made it the most advanced.
TEST_F(LeasedAmongThree, AReplicaWithTransactionsOfItsOwnDoesNotTakeOverFromADeadPrimary) {
    constexpr int kOther = 2;
    site.judge().written_by_hand(replica);
    site.server(replica).write_by_hand();
    site.run_for(2s);
    site.database(primary).restart_delay = 20s;
    site.database(primary).kill_mysqld();
    EXPECT_TRUE(reaches([this] { return site.server(kOther).writable(); }, 5s)) << last_lines();
    EXPECT_FALSE(site.server(replica).writable());
    const auto is_rebuilt = [&] {
        const auto& rebuilt = site.server(replica);
        return !rebuilt.hollow() && site.server(kOther).logged().contains(rebuilt.logged());
    };
    EXPECT_TRUE(reaches(is_rebuilt, 60s)) << last_lines();
    expect_whole();
}

}  // namespace
}  // namespace understudy::simulation

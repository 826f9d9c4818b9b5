// Where commits do not wait: the lease, and how much a failover may lose.
#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

constexpr core::Millis kLease{1500};

SiteOptions leased_site() {
    SiteOptions options;
    options.policy.async = core::AsyncDurability{.lease = kLease};
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

}  // namespace
}  // namespace understudy::simulation

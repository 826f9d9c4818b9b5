#include "agent/route_keeper.h"

#include <gtest/gtest.h>

#include "tests/simulated/clock.h"
#include "tests/simulated/load_balancer.h"

namespace understudy::agent::test {
namespace {

const core::HostName kWeb1{"web1"};
const core::HostName kWeb2{"web2"};

using Hosts = std::set<core::HostName>;

class RouteKeeping : public testing::Test {
  protected:
    RouteKeeping() {
        balancer_.web_checks = {{kWeb1, true}, {kWeb2, true}};
        keeper_.balancer_started();
    }

    void be_told(Hosts web, Hosts drained) {
        core::Route route;
        route.revision = {++revision_};
        route.web = std::move(web);
        route.drained = std::move(drained);
        ASSERT_TRUE(keeper_.accept(route));
        keeper_.step();
    }

    simulated::Clock clock_;
    simulated::LoadBalancer balancer_;
    ReportBoard board_{core::HostName("lb1"), 1};
    RouteKeeper keeper_{clock_, balancer_, board_};
    std::uint64_t revision_ = 0;
};

TEST_F(RouteKeeping, DrainsWhatTheRouteSays) {
    be_told({kWeb2}, {kWeb1});
    EXPECT_EQ(balancer_.draining, Hosts{kWeb1});
    be_told({kWeb1, kWeb2}, {});
    EXPECT_EQ(balancer_.draining, Hosts{});
}

TEST_F(RouteKeeping, DrainsAgainWhatAReloadForgotWithoutBeingToldOfIt) {
    be_told({kWeb2}, {kWeb1});
    balancer_.draining.clear();
    keeper_.step();
    EXPECT_EQ(balancer_.draining, Hosts{kWeb1});
}

TEST_F(RouteKeeping, EndsADrainThatTheRouteDoesNotKnow) {
    be_told({kWeb1, kWeb2}, {});
    balancer_.draining = {kWeb1};
    keeper_.step();
    EXPECT_EQ(balancer_.draining, Hosts{});
}

TEST_F(RouteKeeping, LetsADrainedServerServeWhileNoOtherDoesAndWithNobodySayingSo) {
    be_told({kWeb2}, {kWeb1});
    balancer_.web_checks[kWeb2] = false;
    keeper_.step();
    EXPECT_EQ(balancer_.draining, Hosts{});
    balancer_.web_checks[kWeb2] = true;
    keeper_.step();
    EXPECT_EQ(balancer_.draining, Hosts{kWeb1});
}

TEST_F(RouteKeeping, LeavesAWriterOutThatItsChecksTookOutUntilTheyPass) {
    core::Route route;
    route.revision = {1};
    route.writer = kWeb1;
    balancer_.writer_checks = {{kWeb1, false}, {kWeb2, false}};
    ASSERT_TRUE(keeper_.accept(route));
    keeper_.step();
    EXPECT_EQ(balancer_.writers_up, Hosts{kWeb1}) << "the route knows of a promotion before them";
    balancer_.writers_up.clear();
    keeper_.step();
    EXPECT_EQ(balancer_.writers_up, Hosts{}) << "it is dead, and sessions are held";
    balancer_.writer_checks[kWeb1] = true;
    keeper_.step();
    EXPECT_EQ(balancer_.writers_up, Hosts{kWeb1});
    balancer_.writers_up.insert(kWeb2);
    keeper_.step();
    EXPECT_EQ(balancer_.writers_up, Hosts{kWeb1});
}

TEST_F(RouteKeeping, TellsASilentBalancerFromOneThatSaysNo) {
    const auto reported = [this](core::ErrorCode code) {
        balancer_.refusal = core::Error{code, "apply the route to HAProxy", "no server web9", 0};
        be_told({kWeb1}, {});
        return board_.current().load_balancer.value();
    };
    EXPECT_FALSE(reported(core::ErrorCode::kTimeout).answering);
    EXPECT_TRUE(reported(core::ErrorCode::kNotFound).answering);
    const auto refused = reported(core::ErrorCode::kRefused);
    EXPECT_TRUE(refused.answering);
    EXPECT_NE(refused.trouble.find("no server web9"), std::string::npos);
    EXPECT_EQ(refused.route_applied, core::Revision{});
    balancer_.refusal.reset();
    keeper_.step();
    EXPECT_EQ(board_.current().load_balancer->trouble, "");
}

TEST_F(RouteKeeping, RefusesAnOlderRoute) {
    be_told({kWeb2}, {kWeb1});
    core::Route older;
    older.web = {kWeb1, kWeb2};
    EXPECT_FALSE(keeper_.accept(older));
}

}  // namespace
}  // namespace understudy::agent::test

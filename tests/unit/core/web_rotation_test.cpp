// Which web servers get requests: the sick, the silent and the drained.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host_change.h"
#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using Hosts = std::set<HostName>;

class WebRotation : public testing::Test {
  protected:
    tl::expected<Record, std::string> ask(HostChange what, const HostName& host) {
        return changed(site_.record, site_.topology, {what, host, "anna"}, site_.now.wall);
    }
    void change(HostChange what, const HostName& host) {
        auto next = ask(what, host);
        ASSERT_TRUE(next) << next.error();
        site_.record = std::move(*next);
    }
    void be_sick(const HostName& host, bool sick) {
        site_.report(host).backend = sick ? BackendFacts{false, true, "nginx is not running"}
                                          : BackendFacts{true, false, ""};
    }
    void be_silent(const HostName& host) {
        site_.pass(site_.policy.host_timeout + Millis{1});
        for (const auto& [name, seen] : site_.view) {
            if (!(name == host)) site_.hear(name);
        }
    }
    void balancers_reach(const HostName& host, bool reach) {
        for (const auto& name : {kLb1, kLb2}) {
            auto& facts = site_.report(name).load_balancer.emplace();
            facts.answering = true;
            facts.writers[kWeb1] = {true, true, "L7OK", 0};
            facts.web[host] = {reach, reach, reach ? "L7OK" : "L4TOUT", 0};
        }
    }
    const Route& route() const { return site_.record.route; }

    Site site_ = Site::protected_site();
};

TEST_F(WebRotation, ADrainedWebServerGetsNothingNewUntilItIsUndrained) {
    change(HostChange::kDrain, kWeb1);
    EXPECT_EQ(site_.step(), "500 web-route");
    EXPECT_EQ(route().web, Hosts{kWeb2});
    EXPECT_EQ(route().drained, Hosts{kWeb1});
    EXPECT_EQ(route().writer, kWeb1) << "its database goes on as it is";
    EXPECT_FALSE(site_.ask().next);
    change(HostChange::kUndrain, kWeb1);
    EXPECT_EQ(site_.step(), "500 web-route");
    EXPECT_EQ(route().web, (Hosts{kWeb1, kWeb2}));
    EXPECT_THAT(route().drained, IsEmpty());
}

TEST_F(WebRotation, MaintenanceDrainsToo) {
    change(HostChange::kBeginMaintenance, kWeb2);
    while (site_.ask().next) site_.step();
    EXPECT_EQ(route().drained, Hosts{kWeb2});
}

TEST_F(WebRotation, ADrainedWebServerComesBackWhileNoOtherOneIsWell) {
    change(HostChange::kDrain, kWeb1);
    ASSERT_EQ(site_.step(), "500 web-route");
    be_sick(kWeb2, true);
    EXPECT_EQ(site_.step(), "500 web-route");
    EXPECT_EQ(route().web, Hosts{kWeb1});
    EXPECT_THAT(route().drained, IsEmpty());
    be_sick(kWeb2, false);
    EXPECT_EQ(site_.step(), "500 web-route");
    EXPECT_EQ(route().web, Hosts{kWeb2});
    EXPECT_EQ(route().drained, Hosts{kWeb1});
}

TEST_F(WebRotation, ADrainedWebServerThatIsSickTooDoesNotComeBack) {
    change(HostChange::kDrain, kWeb1);
    ASSERT_EQ(site_.step(), "500 web-route");
    be_sick(kWeb1, true);
    be_sick(kWeb2, true);
    EXPECT_FALSE(site_.ask().next);
    EXPECT_EQ(route().web, Hosts{kWeb2});
}

TEST_F(WebRotation, ADrainedWebServerComesBackWhileTheOtherIsSilentAndNoLoadBalancerReachesIt) {
    change(HostChange::kDrain, kWeb1);
    ASSERT_EQ(site_.step(), "500 web-route");
    balancers_reach(kWeb2, true);
    be_silent(kWeb2);
    EXPECT_FALSE(site_.ask().next && site_.ask().rule == "500 web-route")
        << "a load balancer still reaches it";
    balancers_reach(kWeb2, false);
    while (site_.ask().next) site_.step();
    EXPECT_EQ(route().web, (Hosts{kWeb1, kWeb2}));
    EXPECT_THAT(route().drained, IsEmpty());
}

TEST_F(WebRotation, ADrainIsRefusedWithTheRemedy) {
    const auto refusal = [this](HostChange what, const HostName& host) {
        const auto next = ask(what, host);
        return next ? std::string() : next.error();
    };
    EXPECT_THAT(refusal(HostChange::kDrain, HostName{"web9"}), HasSubstr("web9 is no host"));
    EXPECT_THAT(refusal(HostChange::kDrain, kLb1), HasSubstr("no web server"));
    EXPECT_THAT(refusal(HostChange::kUndrain, kWeb1), HasSubstr("not drained"));
    change(HostChange::kDrain, kWeb1);
    EXPECT_THAT(refusal(HostChange::kDrain, kWeb1), HasSubstr("drained already, by anna"));
    EXPECT_THAT(refusal(HostChange::kDrain, kWeb2),
                HasSubstr("no other web server is in rotation"));
}

TEST_F(WebRotation, TheOneThatIsLeftIsNotDrained) {
    be_sick(kWeb2, true);
    ASSERT_EQ(site_.step(), "500 web-route");
    EXPECT_FALSE(ask(HostChange::kDrain, kWeb1));
    be_sick(kWeb2, false);
    ASSERT_EQ(site_.step(), "500 web-route");
    change(HostChange::kBeginMaintenance, kWeb2);
    EXPECT_FALSE(ask(HostChange::kDrain, kWeb1));
}

TEST_F(WebRotation, ADrainDoesNotWaitForTheDatabases) {
    const Request request{OperationKind::kSwitchover, HostName{}, "operator"};
    ASSERT_EQ(site_.step(&request), "310 operator-switchover");
    EXPECT_TRUE(ask(HostChange::kDrain, kWeb1));
}

}  // namespace
}  // namespace understudy::core::test

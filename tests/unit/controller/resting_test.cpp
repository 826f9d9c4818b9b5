// A controller at rest: what does not have to be judged again is not, and nothing waits for it.
#include <gtest/gtest.h>

#include "tests/unit/controller/simulated_site.h"

namespace understudy::controller::test {
namespace {

using core::Millis;

class RestingLoop : public testing::Test {
  protected:
    void SetUp() override {
        site_.settle();
        loop_ = std::make_unique<ClusterLoop>(two_hosts(), core::Policy{}, site_.store, site_.clock,
                                              [this](const core::Inputs& inputs) {
                                                  ++judged_;
                                                  return core::decide(inputs);
                                              });
        ASSERT_TRUE(loop_->start());
        for (int look = 0; look < 60; ++look) hear();  // longer than host_timeout
        judged_ = 0;
    }
    // Every host answers; they have nothing new to tell.
    Outgoing hear() {
        std::vector<Event> events;
        for (const auto& host : {kWeb1, kWeb2, kLb1, kLb2}) events.emplace_back(heard(host));
        return step(std::move(events));
    }
    Outgoing step(std::vector<Event> events) {
        site_.clock.pass(Millis{20});
        return loop_->step(std::move(events));
    }
    Heard heard(const core::HostName& host) {
        const auto now = site_.clock.now().monotonic;
        return {std::make_shared<core::HostReport>(site_.report(host)), now, now};
    }

    SimulatedSite site_;
    std::unique_ptr<ClusterLoop> loop_;
    int judged_ = 0;
};

TEST_F(RestingLoop, JudgesWhatItHasHeardEveryQuarterOfASecondOnly) {
    for (int look = 0; look < 500; ++look) hear();  // ten seconds, in which 260 ms are 13 looks
    EXPECT_NEAR(judged_, 38, 1);
}

TEST_F(RestingLoop, JudgesNewsAtOnce) {
    site_.kill_mysqld(kWeb1);
    ++site_.report(kWeb1).sequence;
    EXPECT_FALSE(step({heard(kWeb1)}).recorded.empty());
    EXPECT_EQ(site_.record().primary, kWeb2);
}

TEST_F(RestingLoop, TakesAnAgentThatWasStartedAgainForNews) {
    site_.report(kWeb2).agent_start = 2;
    const auto told = step({heard(kWeb2)}).telling.assignments;
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.front().first, kWeb2);
}

TEST_F(RestingLoop, AnswersWhoAsksAtOnce) {
    const auto out = step({PauseAsked{7, true, "tester"}});
    ASSERT_EQ(out.answers.size(), 1U);
    EXPECT_TRUE(out.answers.front().done);
}

// The last that was heard of it is just older than host_timeout.
TEST_F(RestingLoop, JudgesASilenceWhenItBecomesOne) {
    const core::Policy policy;
    const auto last = site_.clock.now().monotonic;
    hear();
    auto judged_last = last;
    while (site_.clock.now().monotonic - last <= policy.host_timeout) {
        const int before = judged_;
        step({heard(kWeb2), heard(kLb1), heard(kLb2)});
        if (judged_ > before) judged_last = site_.clock.now().monotonic;
    }
    EXPECT_GT(judged_last - last, policy.host_timeout);
}

TEST_F(RestingLoop, DoesNotRestWhileAHostHasNotDoneWhatItWasTold) {
    site_.report(kLb1).load_balancer->route_applied = {};
    ++site_.report(kLb1).sequence;
    step({heard(kLb1)});
    judged_ = 0;
    for (int look = 0; look < 5; ++look) hear();
    EXPECT_EQ(judged_, 5);
}

}  // namespace
}  // namespace understudy::controller::test

// What an operator changes while the loop runs: hosts, and the configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/cluster_loop.h"
#include "tests/unit/controller/simulated_site.h"

namespace understudy::controller::test {
namespace {

class LoopAndOperator : public testing::Test {
  protected:
    void SetUp() override { site_.settle(); }
    SimulatedSite site_;
};

TEST_F(LoopAndOperator, DetachesAndAttachesAHostAndSaysSo) {
    auto out = site_.rounds({HostChangeAsked{7, {core::HostChange::kDetach, kWeb2, ""}, "tester"}});
    ASSERT_FALSE(out.answers.empty());
    EXPECT_TRUE(out.answers.front().done) << out.answers.front().reason;
    EXPECT_EQ(site_.record().roles.at(kWeb2).role, core::Role::kDetached);
    EXPECT_THAT(site_.kinds(), testing::Contains("detached"));
    out = site_.rounds({HostChangeAsked{8, {core::HostChange::kAttach, kWeb2, ""}, "tester"}});
    EXPECT_TRUE(out.answers.front().done);
    EXPECT_EQ(site_.record().phase, core::Phase::kProtected) << "it was admitted again";
}

TEST_F(LoopAndOperator, RefusesToDetachThePrimary) {
    const auto out =
        site_.rounds({HostChangeAsked{7, {core::HostChange::kDetach, kWeb1, ""}, "tester"}});
    ASSERT_FALSE(out.answers.empty());
    EXPECT_FALSE(out.answers.front().done);
    EXPECT_THAT(out.answers.front().reason, testing::HasSubstr("switchover"));
}

TEST_F(LoopAndOperator, JudgesByAPolicyThatWasReadAgain) {
    core::Policy manual;
    manual.automatic_failover = false;
    site_.rounds({Reconfigured{two_hosts(), manual}});
    site_.kill_mysqld(kWeb1);
    site_.rounds();
    EXPECT_EQ(site_.record().primary, kWeb1);
    site_.rounds({Reconfigured{two_hosts(), core::Policy{}}});
    EXPECT_EQ(site_.record().primary, kWeb2);
}

}  // namespace
}  // namespace understudy::controller::test

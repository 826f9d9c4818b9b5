#include "core/rejoining.h"

#include <gtest/gtest.h>

#include "core/host_change.h"
#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

void settle(Site& site) {
    for (int i = 0; i < 20; ++i) {
        site.obey();
        if (site.ask().next) site.step();
    }
}

// web1 died, web2 took over, and web1 is back.
Site replaced() {
    Site site = Site::protected_site();
    site.policy.automatic_rejoin = false;
    auto& facts = site.database(kWeb1);
    const auto before = facts;
    site.kill_mysqld(kWeb1);
    EXPECT_EQ(site.step(), "130 fail-over-gone");
    site.database(kWeb1) = before;
    settle(site);
    EXPECT_EQ(site.record.primary, kWeb2);
    return site;
}

tl::expected<Record, std::string> ask(const Site& site, HostChange change, const HostName& host) {
    return changed(site.record, site.topology, {change, host, "tester", true}, site.now.wall);
}

TEST(Rejoining, AReplacedPrimaryStaysClosedUntilAnOperatorsWord) {
    Site site = replaced();
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kFenced);
    EXPECT_EQ(site.record.phase, Phase::kAlone);
    const auto next = ask(site, HostChange::kRejoin, kWeb1);
    ASSERT_TRUE(next) << next.error();
    site.record = *next;
    settle(site);
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb1});
    EXPECT_TRUE(site.record.not_rejoined.empty());
}

TEST(Rejoining, FollowsAtOnceWhenThePolicyIsChanged) {
    Site site = replaced();
    site.policy.automatic_rejoin = true;
    EXPECT_EQ(site.step(), "405 rejoin-by-policy");
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kReplicaCatchingUp);
    EXPECT_EQ(site.record.roles.at(kWeb1).source, kWeb2);
}

TEST(Rejoining, AHostThatIsRebuiltOrDetachedWaitsForNothingElse) {
    for (const auto change : {HostChange::kRebuild, HostChange::kDetach}) {
        const Site site = replaced();
        const auto next = ask(site, change, kWeb1);
        ASSERT_TRUE(next) << next.error();
        EXPECT_TRUE(next->not_rejoined.empty()) << to_string(change);
    }
}

TEST(Rejoining, ASwitchoverKeepsNobodyOut) {
    Site site = Site::protected_site();
    site.policy.automatic_rejoin = false;
    const Request request{OperationKind::kSwitchover, kWeb2, "operator"};
    ASSERT_EQ(site.step(&request), "310 operator-switchover");
    settle(site);
    EXPECT_EQ(site.record.primary, kWeb2);
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb1});
}

TEST(Rejoining, IsRefusedToAHostThatDoesNotWaitForIt) {
    const Site site = Site::protected_site();
    EXPECT_NE(ask(site, HostChange::kRejoin, kWeb1).error().find("is the primary"),
              std::string::npos);
    EXPECT_NE(ask(site, HostChange::kRejoin, kWeb2).error().find("does not wait"),
              std::string::npos);
    EXPECT_NE(ask(site, HostChange::kRejoin, kLb1).error().find("does not wait"),
              std::string::npos);
}

}  // namespace
}  // namespace understudy::core::test

#include "core/host_change.h"

#include <gtest/gtest.h>

#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

tl::expected<Record, std::string> change(const Site& site, HostChange what, const HostName& host) {
    return changed(site.record, site.topology, {what, host, "new disks"}, site.now.wall);
}

TEST(HostChange, DetachingTheReplicaInSyncLeavesThePrimaryAlone) {
    Site site = Site::protected_site();
    const auto next = change(site, HostChange::kDetach, kWeb2);
    ASSERT_TRUE(next) << next.error();
    EXPECT_EQ(next->roles.at(kWeb2).role, Role::kDetached);
    EXPECT_TRUE(next->in_sync.empty());
    EXPECT_EQ(next->phase, Phase::kAlone);
    EXPECT_EQ(assignment_for(kWeb1, *next, site.topology)->role, Role::kPrimaryAlone);
}

TEST(HostChange, ADetachedHostIsNeitherAdmittedNorPromotedNorReadFrom) {
    Site site = Site::protected_site();
    site.record = *change(site, HostChange::kDetach, kWeb2);
    site.obey();
    while (site.ask().next) site.step();
    EXPECT_EQ(site.record.roles.at(kWeb2).role, Role::kDetached);
    EXPECT_EQ(site.record.route.readers, std::set<HostName>{kWeb1});
    site.kill_mysqld(kWeb1);
    EXPECT_FALSE(site.ask().next);
    const Request request{OperationKind::kFailover, kWeb2, "operator", true};
    EXPECT_NE(site.ask(&request).refusal.value_or("").find("attach it first"), std::string::npos);
}

TEST(HostChange, AnAttachedHostFollowsAndIsAdmittedAgain) {
    Site site = Site::protected_site();
    site.record = *change(site, HostChange::kDetach, kWeb2);
    site.obey();
    site.record = *change(site, HostChange::kAttach, kWeb2);
    for (int i = 0; i < 10; ++i) {
        site.obey();
        if (site.ask().next) site.step();
    }
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb2});
}

TEST(HostChange, ADetachedHostStaysDetachedWhenAnotherIsPromoted) {
    Site site = Site::protected_site();
    site.topology.databases.push_back({kWeb3, {"198.18.0.23", 3306}});
    site.record.roles[kWeb3] = {Role::kDetached, HostName{}, site.record.revision};
    site.kill_mysqld(kWeb1);
    ASSERT_EQ(site.step(), "130 fail-over-gone");
    EXPECT_EQ(site.record.roles.at(kWeb3).role, Role::kDetached);
}

TEST(HostChange, AHostInMaintenanceStaysInSyncButIsSpared) {
    Site site = Site::protected_site();
    site.record = *change(site, HostChange::kBeginMaintenance, kWeb2);
    while (site.ask().next) site.step();
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb2}) << "it goes on acknowledging";
    EXPECT_EQ(site.record.route.readers, std::set<HostName>{kWeb1});
    EXPECT_EQ(site.record.route.web, std::set<HostName>{kWeb1});
    site.kill_mysqld(kWeb1);
    EXPECT_FALSE(site.ask().next);
    site.record = *change(site, HostChange::kEndMaintenance, kWeb2);
    EXPECT_EQ(site.step(), "130 fail-over-gone");
}

TEST(HostChange, IsRefusedWithTheRemedy) {
    const Site site = Site::protected_site();
    const auto refusal = [&site](HostChange what, const HostName& host) {
        const auto next = change(site, what, host);
        return next ? std::string() : next.error();
    };
    EXPECT_NE(refusal(HostChange::kDetach, kWeb1).find("understudy switchover"), std::string::npos);
    EXPECT_NE(refusal(HostChange::kDetach, kLb1).find("no database"), std::string::npos);
    EXPECT_NE(refusal(HostChange::kDetach, HostName{"web9"}).find("web9"), std::string::npos);
    EXPECT_NE(refusal(HostChange::kAttach, kWeb2).find("not detached"), std::string::npos);
    EXPECT_NE(refusal(HostChange::kBeginMaintenance, kWeb1).find("switchover"), std::string::npos);
    EXPECT_NE(refusal(HostChange::kBeginMaintenance, kLb1).find("HAProxy"), std::string::npos);
    EXPECT_NE(refusal(HostChange::kEndMaintenance, kWeb2).find("not in"), std::string::npos);
}

TEST(HostChange, WaitsForARunningOperation) {
    Site site = Site::protected_site();
    const Request request{OperationKind::kSwitchover, HostName{}, "operator"};
    ASSERT_EQ(site.step(&request), "310 operator-switchover");
    EXPECT_NE(change(site, HostChange::kDetach, kWeb2).error().find("draining"), std::string::npos);
}

}  // namespace
}  // namespace understudy::core::test

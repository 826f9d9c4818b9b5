#include "core/lease.h"

#include <gtest/gtest.h>

#include "core/quorum.h"
#include "core/readiness.h"
#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

// An asynchronous site whose primary, web1, writes under a lease; web2 follows.
struct LeasedSite : Site {
    LeasedSite() {
        policy.async = AsyncDurability{10, Millis{8000}, Millis{3000}};
        database(kWeb1).executed = gtids(kUuid1 + ":1");
        for (int i = 0; i < 20 && record.phase != Phase::kProtected; ++i) {
            if (const auto decision = look(); decision.next) take(decision);
            obey_under_lease();
        }
        while (look().next) take(look());
    }

    Decision look(const Request* request = nullptr) {
        const auto seen = view.find(record.primary);
        if (seen != view.end()) {
            trail.heard(record.primary, *seen->second.report.database, seen->second.heard,
                        policy.async ? policy.async->max_lag : Millis{1000});
        }
        return decide({record, view, topology, policy, now, request, {}, &trail});
    }
    std::string take(const Decision& decision) {
        if (!decision.next) return "nothing: " + decision.reason;
        record = *decision.next;
        return std::string(decision.rule);
    }
    void obey_under_lease() {
        obey();
        for (const auto& name : {kWeb1, kWeb2}) learn_epoch(name);
        for (const auto& name : {kLb1, kLb2}) learn_epoch(name);
        auto& facts = database(record.primary);
        facts.lease.reset();
        if (record.lease > Millis{0}) facts.lease = LeaseFacts{3, 2, true, Millis{0}};
    }
    void learn_epoch(const HostName& host) {
        if (report(host).database) report(host).database_epoch = record.epoch;
        if (report(host).load_balancer) report(host).route_epoch = record.epoch;
    }
    // Nobody hears or reaches web1 any more.
    void lose_web1() {
        pass(policy.host_timeout + Millis{1});
        for (const auto& name : {kWeb2, kLb1, kLb2}) hear(name);
        for (const auto& name : {kLb1, kLb2}) {
            report(name).load_balancer->writers[kWeb1].check_passes = false;
        }
        database(kWeb2).replication.source_silent = policy.host_timeout + Millis{1};
    }
    // web2 did as it was told; the load balancers were told, as far as they are named.
    void web2_is_fenced_and_told(const std::vector<HostName>& balancers) {
        obey();
        learn_epoch(kWeb2);
        for (const auto& name : balancers) learn_epoch(name);
    }

    PositionTrail trail;
};

TEST(AsyncDurability, BindsThePrimaryToALeaseThatItsWitnessesGrant) {
    const LeasedSite site;
    EXPECT_EQ(site.record.phase, Phase::kProtected);
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kPrimaryLeased);
    EXPECT_TRUE(site.record.in_sync.empty());
    const auto told = *assignment_for(kWeb1, site.record, site.topology);
    ASSERT_TRUE(told.lease);
    EXPECT_EQ(told.lease->needed, 2);
    EXPECT_EQ(told.lease->witnesses.size(), 3U);
}

TEST(AsyncDurability, APrimaryWhoseWitnessesDoNotGrantStaysWithoutOne) {
    LeasedSite site;
    site.record.phase = Phase::kAdmitting;
    site.record.tell(kWeb1, Role::kPrimaryAlone);
    site.obey_under_lease();
    site.database(kWeb1).lease = LeaseFacts{1, 2, false, Millis{5000}};
    EXPECT_FALSE(site.look().next);
}

TEST(AsyncDurability, ADeadMysqldWhoseAgentSaysSoIsReplacedWithoutWaitingForTheLease) {
    LeasedSite site;
    site.kill_mysqld(kWeb1);
    EXPECT_EQ(site.take(site.look()), "130 fail-over-gone");
    EXPECT_EQ(site.record.phase, Phase::kGathering);
    EXPECT_FALSE(site.record.route.writer);
    site.web2_is_fenced_and_told({kLb1, kLb2});
    EXPECT_FALSE(site.look().next) << "web1's agent has not promised to keep it closed";
    site.learn_epoch(kWeb1);
    EXPECT_EQ(site.take(site.look()), "113 promote-after-lease");
    EXPECT_EQ(site.record.primary, kWeb2);
    EXPECT_EQ(assignment_for(kWeb2, site.record, site.topology)->open_after, Millis{0});
}

TEST(AsyncDurability, ASilentPrimaryIsReplacedOnceEnoughRefuseItAndItsLeaseHasEnded) {
    LeasedSite site;
    site.lose_web1();
    EXPECT_EQ(site.take(site.look()), "140 fail-over-silent");
    site.web2_is_fenced_and_told({});
    EXPECT_FALSE(site.look().next) << "both load balancers may still grant it";
    site.learn_epoch(kLb2);
    EXPECT_EQ(site.take(site.look()), "113 promote-after-lease");
    const auto told = *assignment_for(kWeb2, site.record, site.topology);
    EXPECT_EQ(told.role, Role::kPrimaryAlone);
    EXPECT_EQ(told.open_after, surely_over(Millis{3000}));
    EXPECT_FALSE(told.lease);
}

TEST(AsyncDurability, NeverPromotesAReplicaThatLacksMoreThanMaxLoss) {
    LeasedSite site;
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-50");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-39");
    ASSERT_FALSE(site.look().next);
    site.kill_mysqld(kWeb1);
    EXPECT_FALSE(site.look().next);
    const auto readiness = if_primary_died_now(site.record, site.view, site.topology, site.policy,
                                               site.now, &site.trail);
    EXPECT_NE(readiness.blockers.at(0).find("more than max_loss (10)"), std::string::npos);
    EXPECT_EQ(readiness.loss_transactions, 11U);
}

TEST(AsyncDurability, NeverPromotesAReplicaThatIsFurtherBehindInTimeThanMaxLag) {
    LeasedSite site;
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-5");
    for (int second = 0; second < 9; ++second) {
        site.pass(Millis{1000});
        site.hear_all();
        ASSERT_FALSE(site.look().next);
    }
    site.kill_mysqld(kWeb1);
    EXPECT_FALSE(site.look().next);
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-5");
    EXPECT_EQ(site.take(site.look()), "130 fail-over-gone");
}

TEST(AsyncDurability, AnOperatorMayStillAcceptTheLoss) {
    LeasedSite site;
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-50");
    ASSERT_FALSE(site.look().next);
    site.kill_mysqld(kWeb1);
    const Request lossy{OperationKind::kFailover, HostName{}, "operator", true};
    EXPECT_EQ(site.take(site.look(&lossy)), "300 operator-failover");
    EXPECT_EQ(site.record.primary, kWeb2);
}

TEST(AsyncDurability, APrimaryThatIsHeardButGetsNoLeaseGoesOnWithout) {
    LeasedSite site;
    site.database(kWeb1).lease = LeaseFacts{1, 2, true, site.policy.ack_stall_timeout};
    EXPECT_EQ(site.take(site.look()), "260 release-lease");
    EXPECT_EQ(site.record.phase, Phase::kAlone);
    EXPECT_FALSE(assignment_for(kWeb1, site.record, site.topology)->lease);
    site.kill_mysqld(kWeb1);
    EXPECT_FALSE(site.look().next) << "nothing is left that could be revoked";
}

TEST(AsyncDurability, APrimaryThatComesBackBeforeAnybodyCouldBePromotedGoesOn) {
    LeasedSite site;
    site.lose_web1();
    ASSERT_EQ(site.take(site.look()), "140 fail-over-silent");
    site.kill_mysqld(kWeb2);
    site.pass(site.policy.switchover_timeout + Millis{1});
    site.hear_all();
    EXPECT_EQ(site.take(site.look()), "116 abort-gathering");
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kPrimaryLeased);
    EXPECT_EQ(site.record.route.writer, kWeb1);
}

TEST(AsyncDurability, ASwitchoverNeedsNoLeaseToEndAsTheOldPrimarySaysThatItIsClosed) {
    LeasedSite site;
    const Request switchover{OperationKind::kSwitchover, HostName{}, "operator"};
    ASSERT_EQ(site.take(site.look(&switchover)), "310 operator-switchover");
    site.obey_under_lease();
    EXPECT_EQ(site.take(site.look()), "160 promote-drained");
    EXPECT_EQ(assignment_for(kWeb2, site.record, site.topology)->open_after, Millis{0});
}

TEST(AsyncDurability, AnotherPolicyIsReachedByWayOfALonePrimary) {
    LeasedSite site;
    site.policy.async.reset();
    EXPECT_EQ(site.take(site.look()), "250 change-durability");
    EXPECT_EQ(site.record.phase, Phase::kAlone);
    site.obey_under_lease();
    EXPECT_EQ(site.take(site.look()), "410 begin-admission");
    Site lossless = Site::protected_site();
    lossless.policy.async = AsyncDurability{};
    EXPECT_EQ(lossless.step(), "250 change-durability");
    EXPECT_TRUE(lossless.record.in_sync.empty());
}

}  // namespace
}  // namespace understudy::core::test

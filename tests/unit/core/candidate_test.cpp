// Who may be promoted, in which order, and at what price.
#include <gtest/gtest.h>

#include "core/readiness.h"
#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

const Request kLossAccepted{OperationKind::kFailover, HostName{}, "operator", true};
const Request kLosslessFailover{OperationKind::kFailover, HostName{}, "operator"};

// web1 alone with 100 transactions, web2 has received 90 of them.
Site primary_alone() {
    Site site = Site::protected_site();
    site.record.phase = Phase::kAlone;
    site.record.in_sync.clear();
    site.record.roles.at(kWeb2).role = Role::kReplicaCatchingUp;
    site.obey();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-100");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-80");
    site.database(kWeb2).replication.retrieved = gtids(kUuid1 + ":1-90");
    return site;
}

Readiness readiness(const Site& site) {
    return if_primary_died_now(site.record, site.view, site.topology, site.policy, site.now);
}

// Two replicas in sync that are alike.
Site with_three_hosts() {
    Site site = Site::protected_site();
    site.add_web3();
    site.record.roles[kWeb3] = site.record.roles.at(kWeb2);
    site.record.in_sync.insert(kWeb3);
    site.record.admitted_incarnation[kWeb3] = site.database(kWeb3).incarnation;
    return site;
}

TEST(AcceptLoss, ANotInSyncHostIsRefusedWithoutItAndThePriceIsNamed) {
    Site site = primary_alone();
    site.kill_mysqld(kWeb1);
    const auto decision = site.ask(&kLosslessFailover);
    ASSERT_TRUE(decision.refusal);
    EXPECT_NE(decision.refusal->find("lacks 10 of the transactions"), std::string::npos)
        << *decision.refusal;
    EXPECT_NE(decision.refusal->find("--accept-loss"), std::string::npos);
    EXPECT_FALSE(decision.next);
}

TEST(AcceptLoss, PromotesItWithTheLossInTheRecord) {
    Site site = primary_alone();
    site.kill_mysqld(kWeb1);
    ASSERT_EQ(site.step(&kLossAccepted), "300 operator-failover");
    EXPECT_EQ(site.record.primary, kWeb2);
    EXPECT_NE(site.record.operation->cause.find("lacks 10"), std::string::npos);
}

TEST(AcceptLoss, NeverReplacesAPrimaryThatAnswers) {
    const Site site = primary_alone();
    EXPECT_NE(site.ask(&kLossAccepted).refusal.value_or("").find("answers"), std::string::npos);
}

TEST(AcceptLoss, DoesNotPromoteAHostThatCannotApply) {
    Site site = primary_alone();
    site.kill_mysqld(kWeb1);
    site.database(kWeb2).replication.applier_error = 1062;
    EXPECT_NE(site.ask(&kLossAccepted).refusal.value_or("").find("1062"), std::string::npos);
}

TEST(AcceptLoss, APriorityOfZeroIsPromotedOnlyByName) {
    Site site = primary_alone();
    site.topology.databases[1].priority = 0;
    site.kill_mysqld(kWeb1);
    EXPECT_TRUE(site.ask(&kLossAccepted).refusal);
    const Request by_name{OperationKind::kFailover, kWeb2, "operator", true};
    EXPECT_EQ(site.step(&by_name), "300 operator-failover");
}

TEST(IfPrimaryDiedNow, APairInSyncLosesNothing) {
    const auto ready = readiness(Site::protected_site());
    EXPECT_EQ(ready.loss_transactions, std::uint64_t{0});
    ASSERT_TRUE(ready.seconds);
    EXPECT_LT(*ready.seconds, 0.1);
}

TEST(IfPrimaryDiedNow, ABacklogTakesItsTime) {
    Site site = Site::protected_site();
    site.database(kWeb2).replication.retrieved = gtids(kUuid1 + ":1-90");
    site.database(kWeb2).replication.lag_seconds = 7;
    EXPECT_GT(readiness(site).seconds.value_or(0), 7);
}

TEST(IfPrimaryDiedNow, WithoutACandidateThePriceOfTheBestHostIsTold) {
    const auto ready = readiness(primary_alone());
    EXPECT_FALSE(ready.candidate);
    EXPECT_EQ(ready.loss_transactions, std::uint64_t{10});
    EXPECT_FALSE(ready.seconds);
}

TEST(IfPrimaryDiedNow, NobodyCanTellTheLossOfAPrimaryThatWasNeverHeard) {
    Site site = primary_alone();
    site.view.erase(kWeb1);
    EXPECT_FALSE(readiness(site).loss_transactions);
}

TEST(Candidates, TheMostAdvancedComesFirst) {
    Site site = with_three_hosts();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-100");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-98");
    site.database(kWeb3).executed = gtids(kUuid1 + ":1-90");
    site.database(kWeb3).replication.retrieved = gtids(kUuid1 + ":91-99");
    EXPECT_EQ(readiness(site).candidate, kWeb3);
}

TEST(Candidates, OfEqualsOneOfThePrimarysSiteComesFirst) {
    Site site = with_three_hosts();
    site.topology.databases[0].site = "north";
    site.topology.databases[1].site = "south";
    site.topology.databases[1].priority = 200;
    site.topology.databases[2].site = "north";
    EXPECT_EQ(readiness(site).candidate, kWeb3);
}

TEST(Candidates, OfEqualsOfOneSiteTheHigherPriorityComesFirst) {
    Site site = with_three_hosts();
    site.topology.databases[2].priority = 200;
    EXPECT_EQ(readiness(site).candidate, kWeb3);
}

TEST(AcceptLoss, IsRemembered) {
    Site site = primary_alone();
    site.kill_mysqld(kWeb1);
    ASSERT_EQ(site.step(&kLossAccepted), "300 operator-failover");
    EXPECT_EQ(site.record.loss_epoch, site.record.epoch);
    EXPECT_EQ(assignment_for(kWeb1, site.record, site.topology)->loss_epoch, site.record.epoch);
}

// The primary's report may be older than its replica's.
TEST(Candidates, WhatThePrimaryWasPromotedWithIsErrantOnNobody) {
    Site site = Site::protected_site();
    site.record.promotion_point = gtids(kUuid2 + ":1-3");
    site.database(kWeb2).executed.add(kUuid2, {1, 3});
    EXPECT_EQ(readiness(site).candidate, kWeb2);
    site.database(kWeb2).executed.add(kUuid2, {4, 4});
    EXPECT_FALSE(readiness(site).candidate);
}

TEST(Candidates, OneWhoseDataAreBeingCopiedHasNotFailed) {
    Site site = Site::protected_site();
    site.database(kWeb2).clone.state = CloneState::kRunning;
    const auto ready = readiness(site);
    ASSERT_FALSE(ready.candidates.empty());
    EXPECT_EQ(ready.candidates.front().hindrance, "its data are being copied");
}

}  // namespace
}  // namespace understudy::core::test

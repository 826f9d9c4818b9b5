// Several replicas: who is in sync, how one comes and goes, and who takes over.
#include <gtest/gtest.h>

#include "core/host_change.h"
#include "core/membership.h"
#include "core/readiness.h"
#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

// web1 primary; web2 and web3 in sync, each commit waits for one of them.
Site three_hosts(int acknowledgements = 1) {
    Site site;
    site.policy.acknowledgements = acknowledgements;
    site.add_web3();
    for (int i = 0; i < 20; ++i) {
        while (site.ask().next) site.step();
        site.obey();
    }
    return site;
}

void receive(Site& site, const HostName& host, const std::string& received) {
    site.database(host).replication.retrieved = gtids(kUuid1 + received);
}

TEST(Members, AllReplicasThatFollowAreAdmittedTogether) {
    const Site site = three_hosts();
    EXPECT_EQ(site.record.phase, Phase::kProtected);
    EXPECT_EQ(site.record.in_sync, (std::set<HostName>{kWeb2, kWeb3}));
}

TEST(Members, FewerThanAreWaitedForAreNotAdmitted) {
    Site site = three_hosts(2);
    ASSERT_EQ(site.record.phase, Phase::kProtected);
    site.kill_mysqld(kWeb3);
    EXPECT_EQ(site.step(), "200 degrade") << "one alone cannot acknowledge for two";
    site.obey();
    while (site.ask().next) site.step();
    EXPECT_EQ(site.record.phase, Phase::kAlone);
}

Site admitting(int acknowledgements) {
    Site site;
    site.policy.acknowledgements = acknowledgements;
    site.add_web3();
    for (int i = 0; i < 20 && site.record.phase != Phase::kAdmitting; ++i) {
        if (site.ask().next) site.step();
        site.obey();
    }
    return site;
}

// Found by the simulator: it waited for as many as the last admission had needed.
TEST(Members, AnAdmissionOfWhichTooFewAreLeftIsGivenUp) {
    Site site = admitting(2);
    site.kill_mysqld(kWeb3);
    EXPECT_EQ(site.step(), "200 degrade");
    EXPECT_EQ(site.record.phase, Phase::kAlone);
}

TEST(Members, AnAdmissionOfFewerThanThePolicyAsksForSinceIsGivenUp) {
    Site site = admitting(2);
    site.policy.acknowledgements = 3;
    EXPECT_EQ(site.ask().reason,
              "2 of the 3 replicas that are to acknowledge are left; web1 goes on alone");
    EXPECT_EQ(site.step(), "200 degrade");
}

TEST(Members, FewerAcknowledgementsCountAtOnce) {
    Site site = three_hosts(2);
    site.policy.acknowledgements = 1;
    EXPECT_EQ(site.ask().reason, "commits wait for 1 replica, as the policy says, not for 2");
    EXPECT_EQ(site.step(), "445 change-acknowledgements");
    EXPECT_EQ(site.record.phase, Phase::kProtected);
    EXPECT_EQ(site.record.in_sync, (std::set<HostName>{kWeb2, kWeb3}));
    EXPECT_EQ(assignment_for(kWeb1, site.record, site.topology)->acknowledgements, 1);
    EXPECT_EQ(site.record.roles.at(kWeb1).since, site.record.revision) << "its agent takes it up";
}

// What one alone acknowledged, a failover that asks one of two would not find.
TEST(Members, ForMoreAcknowledgementsTheReplicasAreAdmittedAnew) {
    Site site = three_hosts();
    site.policy.acknowledgements = 2;
    EXPECT_EQ(site.step(), "445 change-acknowledgements");
    EXPECT_EQ(site.record.phase, Phase::kAdmitting);
    EXPECT_TRUE(site.record.in_sync.empty());
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kPrimaryLossless) << "commits wait on";
    EXPECT_FALSE(site.ask().next) << "the primary has not said that it waits for both";
    site.obey();
    EXPECT_EQ(site.step(), "430 admit");
    EXPECT_EQ(site.record.in_sync, (std::set<HostName>{kWeb2, kWeb3}));
    EXPECT_EQ(site.record.acknowledgements, 2);
}

TEST(Members, MoreAcknowledgementsThanReplicasGiveAreNotWaitedFor) {
    Site site = three_hosts();
    site.database(kWeb3).semi_sync.replica_active = false;
    site.policy.acknowledgements = 2;
    EXPECT_FALSE(site.ask().next);
    EXPECT_EQ(site.record.acknowledgements, 1);
}

TEST(Members, ThePrimaryIsToldHowManyToWaitFor) {
    const Site site = three_hosts(2);
    EXPECT_EQ(assignment_for(kWeb1, site.record, site.topology)->acknowledgements, 2);
}

// The primary reports, after web3 died, what it has executed and who is attached; web3's agent
// knows that it is no member any more.
void report_without_web3(Site& site) {
    site.take_up();
    site.report(kWeb1).applied->token = {site.record.epoch, site.record.roles.at(kWeb1).since};
    site.database(kWeb1).semi_sync.source_clients = 1;
}

TEST(Members, OneThatDiesLeavesTheOthersInSync) {
    Site site = three_hosts();
    site.kill_mysqld(kWeb3);
    EXPECT_EQ(site.step(), "210 drop-member");
    EXPECT_EQ(site.record.in_sync.size(), 2U) << "it may hold what web2 has not received";
    while (site.ask().next) EXPECT_NE(site.step(), "220 forget-member") << "an old report";
    report_without_web3(site);
    EXPECT_EQ(site.step(), "220 forget-member");
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb2});
    EXPECT_EQ(site.record.phase, Phase::kProtected);
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kPrimaryLossless);
}

// It would go on to acknowledge as soon as its mysqld is back.
TEST(Members, OneWhoseAgentIsNotToldYetIsNotForgotten) {
    Site site = three_hosts();
    site.kill_mysqld(kWeb3);
    ASSERT_EQ(site.step(), "210 drop-member");
    site.report(kWeb1).applied->token = {site.record.epoch, site.record.roles.at(kWeb1).since};
    site.database(kWeb1).semi_sync.source_clients = 1;
    while (site.ask().next) ASSERT_NE(site.step(), "220 forget-member");
    site.take_up();
    EXPECT_EQ(site.step(), "220 forget-member");
}

TEST(Members, OneThatMayHoldTheOnlyCopyIsNotForgotten) {
    Site site = three_hosts();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-10");
    receive(site, kWeb2, ":1-9");
    site.kill_mysqld(kWeb3);
    ASSERT_EQ(site.step(), "210 drop-member");
    report_without_web3(site);
    while (site.ask().next) site.step();
    EXPECT_EQ(site.record.in_sync.size(), 2U);
    receive(site, kWeb2, ":1-10");
    EXPECT_EQ(site.step(), "220 forget-member");
}

TEST(Members, WithOneOfTwoUnheardNobodyIsPromoted) {
    Site site = three_hosts();
    site.kill_mysqld(kWeb1);
    site.view.erase(kWeb3);
    EXPECT_FALSE(site.ask().next) << "web3 may have acknowledged alone";
    const auto ready =
        if_primary_died_now(site.record, site.view, site.topology, site.policy, site.now);
    EXPECT_FALSE(ready.candidate);
    ASSERT_FALSE(ready.blockers.empty());
    EXPECT_NE(ready.blockers.back().find("only 1 of the 2"), std::string::npos);
}

TEST(Members, OfTwoThatBothAcknowledgeEachWriteOneIsEnough) {
    Site site = three_hosts(2);
    site.kill_mysqld(kWeb1);
    site.view.erase(kWeb3);
    EXPECT_EQ(site.step(), "130 fail-over-gone");
    EXPECT_EQ(site.record.phase, Phase::kGathering);
    site.obey();
    EXPECT_EQ(site.step(), "112 promote-most-advanced");
    EXPECT_EQ(site.record.primary, kWeb2);
    EXPECT_EQ(site.record.unconfirmed, std::set<HostName>{kWeb3})
        << "nobody heard it stop; it may acknowledge to whoever is its source once more";
}

TEST(Members, AreGatheredBeforeTheMostAdvancedIsChosen) {
    Site site = three_hosts();
    receive(site, kWeb2, ":1-9");
    receive(site, kWeb3, ":1-8");
    site.kill_mysqld(kWeb1);
    ASSERT_EQ(site.step(), "130 fail-over-gone");
    EXPECT_EQ(site.record.roles.at(kWeb2).role, Role::kFenced);
    EXPECT_EQ(site.record.roles.at(kWeb3).role, Role::kFenced);
    EXPECT_FALSE(site.record.route.writer);
    EXPECT_FALSE(site.ask().next) << "nobody is chosen while they still receive";
    site.obey();
    for (const auto& host : {kWeb2, kWeb3}) site.database(host).replication.configured = true;
    receive(site, kWeb2, ":1-9");
    receive(site, kWeb3, ":1-10");  // it arrived after the decision
    ASSERT_EQ(site.step(), "112 promote-most-advanced");
    EXPECT_EQ(site.record.primary, kWeb3);
    site.obey();
    ASSERT_EQ(site.step(), "110 finish-promotion");
    EXPECT_EQ(site.record.roles.at(kWeb2).source, kWeb3) << "the others follow it";
}

TEST(Members, TheMostAdvancedThatMayNotLeadBlocksTheFailover) {
    Site site = three_hosts();
    site.topology.databases[2].priority = 0;
    site.kill_mysqld(kWeb1);
    ASSERT_EQ(site.step(), "130 fail-over-gone");
    site.obey();
    receive(site, kWeb2, ":1-9");
    receive(site, kWeb3, ":1-10");
    EXPECT_FALSE(site.ask().next);
    EXPECT_NE(why_not_gathered(Situation({site.record, site.view, site.topology, site.policy,
                                          site.now, nullptr}))
                  .find("no replica that may be promoted"),
              std::string::npos);
    const Request request{OperationKind::kFailover, kWeb2, "operator", true};
    EXPECT_EQ(site.step(&request), "114 gathering-accept-loss");
    EXPECT_EQ(site.record.primary, kWeb2);
}

TEST(Members, APrimaryThatIsHeardAgainGetsItsRoleBackWhenGatheringFails) {
    Site site = three_hosts();
    site.kill_mysqld(kWeb1);
    ASSERT_EQ(site.step(), "130 fail-over-gone");
    site.database(kWeb1).process = ProcessState::kRunning;
    site.database(kWeb1).answering = true;
    site.pass(site.policy.switchover_timeout + Millis{1});
    site.hear_all();
    ASSERT_EQ(site.step(), "116 abort-gathering");
    EXPECT_EQ(site.record.primary, kWeb1);
    EXPECT_EQ(site.record.route.writer, kWeb1);
    EXPECT_EQ(site.record.roles.at(kWeb2).role, Role::kReplicaInSync);
    EXPECT_EQ(site.record.in_sync.size(), 2U);
}

TEST(Members, AnotherReplicaJoinsBeforeItAcknowledges) {
    Site site = three_hosts();
    site.kill_mysqld(kWeb3);
    ASSERT_EQ(site.step(), "210 drop-member");
    report_without_web3(site);
    while (site.ask().next) site.step();
    ASSERT_EQ(site.record.in_sync.size(), 1U);
    site.database(kWeb3).process = ProcessState::kRunning;
    site.database(kWeb3).answering = true;
    site.database(kWeb3).incarnation = 2;
    site.obey();
    ASSERT_EQ(site.step(), "440 add-member");
    EXPECT_EQ(site.record.in_sync.size(), 2U);
    EXPECT_EQ(site.record.admitted_incarnation.at(kWeb3), 2U);
    EXPECT_NE(site.report(kWeb3).applied->role, Role::kReplicaInSync) << "not yet told";
}

TEST(Members, WhoeverMayStillAcknowledgeIsAMemberAtTheNextAdmission) {
    Site site = three_hosts();
    site.view.erase(kWeb3);  // unheard, and perhaps still acknowledging
    auto& canary = site.database(kWeb1).canary.emplace();
    canary.waits_for_ack = true;
    canary.age = site.policy.ack_stall_timeout;
    ASSERT_EQ(site.step(), "200 degrade");
    site.database(kWeb1).canary.reset();
    EXPECT_EQ(site.record.unconfirmed, (std::set<HostName>{kWeb2, kWeb3}));
    site.pass(std::chrono::seconds(2));
    site.hear(kWeb1);
    site.hear(kWeb2);
    for (int i = 0; i < 10; ++i) {
        site.obey();
        while (site.ask().next) site.step();
    }
    EXPECT_EQ(site.record.in_sync, (std::set<HostName>{kWeb2, kWeb3}));
    site.kill_mysqld(kWeb1);
    EXPECT_FALSE(site.ask().next) << "web3 may hold what web2 does not";
}

TEST(Members, ASwitchoverWaitsUntilItsTargetHoldsEverything) {
    Site site = three_hosts();
    const Request request{OperationKind::kSwitchover, kWeb3, "operator"};
    ASSERT_EQ(site.step(&request), "310 operator-switchover");
    site.obey();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-10");
    receive(site, kWeb3, ":1-9");
    EXPECT_FALSE(site.ask().next);
    receive(site, kWeb3, ":1-10");
    EXPECT_EQ(site.step(), "160 promote-drained");
    EXPECT_EQ(site.record.primary, kWeb3);
}

TEST(Members, DetachingOneThatIsNotNeededKeepsTheOthersInSync) {
    Site site = three_hosts();
    site.record =
        *changed(site.record, site.topology, {HostChange::kDetach, kWeb3, ""}, site.now.wall);
    EXPECT_EQ(site.record.phase, Phase::kProtected);
    site.obey();
    EXPECT_EQ(site.step(), "220 forget-member");
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb2});
}

// An operator may write on it in the very moments in which it is admitted.
TEST(Members, OneWithErrantTransactionsIsNotAdmitted) {
    Site site = Site::protected_site();
    site.record.phase = Phase::kAdmitting;
    site.record.in_sync.clear();
    EXPECT_EQ(site.ask().rule, "430 admit");
    site.database(kWeb2).executed.add(kUuid2, {1, 1});
    EXPECT_NE(site.ask().rule, "430 admit");
}

// RESET REPLICA drops what was received and acknowledged, in the same run of mysqld.
TEST(Members, OneThatWasResetIsNoCandidate) {
    Site site = three_hosts();
    receive(site, kWeb2, ":1-9");
    site.record.admitted_retrieved[kWeb2] = gtids(kUuid1 + ":1-7");
    site.database(kWeb2).replication.retrieved = {};
    site.kill_mysqld(kWeb1);
    EXPECT_EQ(
        if_primary_died_now(site.record, site.view, site.topology, site.policy, site.now, nullptr)
            .candidate,
        std::nullopt)
        << "web3 alone may lack what web2 acknowledged";
}

// Found by the simulator: the primary's report was of before the member stopped acknowledging.
TEST(Members, OneThatIsSetAsideLeavesOnlyWhenThePrimaryWasHeardAnew) {
    Site site = three_hosts();
    for (const auto& host : {kWeb1, kWeb2, kWeb3}) {
        site.database(host).executed = gtids(kUuid1 + ":1-5");
    }
    site.record.rebuild_asked[kWeb3] = "an operator";
    ASSERT_EQ(site.step(), "600 set-aside");
    site.report(kWeb3).applied->token = {site.record.epoch, site.record.roles.at(kWeb3).since};
    site.report(kWeb3).applied->role = Role::kReplicaCatchingUp;
    site.database(kWeb3).semi_sync.replica_enabled = false;
    site.database(kWeb3).semi_sync.replica_active = false;
    while (site.ask().next) ASSERT_NE(site.step(), "220 forget-member") << "an old report";
    report_without_web3(site);
    EXPECT_EQ(site.step(), "220 forget-member");
}

}  // namespace
}  // namespace understudy::core::test

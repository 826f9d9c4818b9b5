#include "core/decide.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/readiness.h"
#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

const Request kSwitchover{OperationKind::kSwitchover, HostName{}, "operator"};

TEST(Bootstrap, WaitsUntilEveryDatabaseHostAnswers) {
    Site site;
    site.database(kWeb2).answering = false;
    EXPECT_FALSE(site.ask().next);
}

TEST(Bootstrap, PromotesTheHostThatHasEverything) {
    Site site;
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-5");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-9");
    EXPECT_EQ(site.step(), "100 bootstrap");
    EXPECT_EQ(site.record.primary, kWeb2);
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kFenced);
}

TEST(Bootstrap, RefusesToChooseBetweenDivergedHosts) {
    Site site;
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-5");
    site.database(kWeb2).executed = gtids(kUuid2 + ":1-9");
    const auto decision = site.ask();
    EXPECT_FALSE(decision.next);
    EXPECT_NE(decision.reason.find("no primary can be chosen"), std::string::npos);
}

TEST(Admission, LeadsFromBootstrapToProtected) {
    Site site;
    std::vector<std::string> fired;
    for (int i = 0; i < 20 && site.record.phase != Phase::kProtected; ++i) {
        fired.push_back(site.step());
        site.obey();
    }
    EXPECT_EQ(fired, (std::vector<std::string>{"100 bootstrap", "110 finish-promotion",
                                               "410 begin-admission", "420 make-primary-wait",
                                               "430 admit"}));
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb2});
}

// Hazard cloudnative-pg#8790: a standby counted as synchronous before it streamed.
TEST(Admission, CountsAReplicaAsInSyncOnlyOnceItHoldsWhatThePrimaryExecuted) {
    Site site = Site::protected_site();
    site.record.phase = Phase::kAdmitting;
    site.record.in_sync.clear();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-10");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-8");
    EXPECT_FALSE(site.ask().next);
    site.database(kWeb2).replication.retrieved = gtids(kUuid1 + ":9-10");
    EXPECT_EQ(site.step(), "430 admit");
}

TEST(Admission, NeverAdmitsAReplicaWithErrantTransactions) {
    Site site = Site::protected_site();
    site.kill_mysqld(kWeb2);
    ASSERT_EQ(site.step(), "200 degrade");
    site.database(kWeb2).process = ProcessState::kRunning;
    site.database(kWeb2).incarnation = 2;
    site.obey();
    site.database(kWeb2).answering = true;
    site.database(kWeb2).executed = gtids(kUuid2 + ":1");
    while (site.ask().next) EXPECT_NE(site.step(), "410 begin-admission");
    EXPECT_EQ(site.record.phase, Phase::kAlone);
}

TEST(Degrade, ClearsInSyncInTheRecordThatLetsThePrimaryGoOnAlone) {
    Site site = Site::protected_site();
    site.database(kWeb1).canary = CanaryFacts{site.policy.ack_stall_timeout, true};
    EXPECT_EQ(site.step(), "200 degrade");
    EXPECT_TRUE(site.record.in_sync.empty());
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kPrimaryAlone);
    EXPECT_EQ(site.record.roles.at(kWeb2).role, Role::kReplicaCatchingUp);
    EXPECT_EQ(site.record.primary, kWeb1);
}

TEST(Degrade, DoesNotHappenForAStallThatIsNotForWantOfAnAcknowledgement) {
    Site site = Site::protected_site();
    site.database(kWeb1).canary = CanaryFacts{Millis{60'000}, false};
    EXPECT_FALSE(site.ask().next);
}

TEST(Degrade, IsFollowedByRecoveryWhenTheReplicaReturns) {
    Site site = Site::protected_site();
    site.kill_mysqld(kWeb2);
    ASSERT_EQ(site.step(), "200 degrade");
    site.obey();
    while (site.ask().next) site.step();
    site.database(kWeb2).process = ProcessState::kRunning;
    site.database(kWeb2).incarnation = 2;
    site.database(kWeb2).answering = true;
    for (int i = 0; i < 20 && site.record.phase != Phase::kProtected; ++i) {
        site.obey();
        site.step();
    }
    EXPECT_EQ(site.record.in_sync, std::set<HostName>{kWeb2});
}

TEST(Switchover, FencesThenPromotesWhatHoldsEverythingThenReturnsTheOldPrimaryAsReplica) {
    Site site = Site::protected_site();
    ASSERT_EQ(site.step(&kSwitchover), "310 operator-switchover");
    EXPECT_FALSE(site.record.route.writer);
    EXPECT_FALSE(site.ask().next) << "nobody is promoted before the old primary is fenced";
    site.obey();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-77");
    EXPECT_FALSE(site.ask().next) << "the candidate has not received everything";
    site.database(kWeb2).replication.retrieved = gtids(kUuid1 + ":1-77");
    ASSERT_EQ(site.step(), "160 promote-drained");
    EXPECT_EQ(assignment_for(kWeb2, site.record, site.topology)->must_hold,
              gtids(kUuid1 + ":1-77"));
    site.obey();
    ASSERT_EQ(site.step(), "110 finish-promotion");
    EXPECT_EQ(site.record.route.writer, kWeb2);
    EXPECT_EQ(site.record.roles.at(kWeb1).source, kWeb2);
}

TEST(Switchover, IsAbortedWhenTheOldPrimaryIsNotFencedInTime) {
    Site site = Site::protected_site();
    ASSERT_EQ(site.step(&kSwitchover), "310 operator-switchover");
    site.pass(site.policy.switchover_timeout + Millis{1});
    site.hear_all();
    EXPECT_EQ(site.step(), "150 abort-switchover");
    EXPECT_EQ(site.record.primary, kWeb1);
    EXPECT_EQ(site.record.route.writer, kWeb1);
    EXPECT_EQ(site.record.roles.at(kWeb1).role, Role::kPrimaryLossless);
}

TEST(Switchover, BecomesAFailoverWhenTheOldPrimaryDiesMeanwhile) {
    Site site = Site::protected_site();
    ASSERT_EQ(site.step(&kSwitchover), "310 operator-switchover");
    site.kill_mysqld(kWeb1);
    EXPECT_EQ(site.step(), "130 fail-over-gone");
    EXPECT_EQ(site.record.primary, kWeb2);
}

TEST(Switchover, ToTheWrongHostIsRefusedByName) {
    Site site = Site::protected_site();
    for (const auto* name : {"web1", "web9"}) {
        const Request request{OperationKind::kSwitchover, HostName{name}, "operator"};
        const auto decision = site.ask(&request);
        ASSERT_TRUE(decision.refusal);
        EXPECT_NE(decision.refusal->find(name), std::string::npos);
        EXPECT_TRUE(decision.answers_request);
    }
}

TEST(WebRoute, TakesASickServerOutAndBackAndNeverTheLastOne) {
    Site site = Site::protected_site();
    site.report(kWeb1).backend = BackendFacts{false, true, "php-fpm is not running"};
    EXPECT_EQ(site.step(), "500 web-route");
    EXPECT_EQ(site.record.route.web, std::set<HostName>{kWeb2});
    site.report(kWeb2).backend = BackendFacts{false, true, "nginx is not running"};
    EXPECT_FALSE(site.ask().next);
    site.report(kWeb1).backend = BackendFacts{true, false, ""};
    EXPECT_EQ(site.step(), "500 web-route");
    EXPECT_EQ(site.record.route.web, std::set<HostName>{kWeb1});
}

TEST(Readers, AreNeverEmpty) {
    Site site = Site::protected_site();
    ASSERT_EQ(site.record.route.readers, std::set<HostName>{kWeb2});
    site.database(kWeb2).replication.lag_seconds = 3600;
    EXPECT_EQ(site.step(), "510 readers");
    EXPECT_EQ(site.record.route.readers, std::set<HostName>{kWeb1});
}

TEST(Readers, ComeBackAtHalfTheLagAtWhichTheyWent) {
    Site site = Site::protected_site();
    auto& lag = site.database(kWeb2).replication.lag_seconds;
    lag = 4.9;
    EXPECT_FALSE(site.ask().next);
    lag = 5.1;
    EXPECT_EQ(site.step(), "510 readers");
    lag = 4.9;
    EXPECT_FALSE(site.ask().next) << "it would go again with the next report";
    lag = 2.5;
    EXPECT_EQ(site.step(), "510 readers");
    EXPECT_EQ(site.record.route.readers, std::set<HostName>{kWeb2});
    lag.reset();
    EXPECT_EQ(site.step(), "510 readers") << "unknown is no lag to serve with";
}

TEST(IfPrimaryDiedNow, NamesTheCandidateOrTheBlockers) {
    Site site = Site::protected_site();
    auto ready = if_primary_died_now(site.record, site.view, site.topology, site.policy, site.now);
    EXPECT_EQ(ready.candidate, kWeb2);
    EXPECT_TRUE(ready.blockers.empty());
    site.record.in_sync.clear();
    ready = if_primary_died_now(site.record, site.view, site.topology, site.policy, site.now);
    EXPECT_FALSE(ready.candidate);
    ASSERT_EQ(ready.blockers.size(), 1U);
    EXPECT_NE(ready.blockers[0].find("web2: it is not in sync"), std::string::npos);
}

TEST(RuleTable, IsTheOneThatWasReviewed) {
    std::ostringstream table;
    for (const auto& row : rule_table()) {
        table << row.id << "\n  when " << row.when << "\n  then " << row.then << "\n";
    }
    std::ifstream file("tests/golden/rules.txt");
    std::stringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(table.str(), golden.str())
        << "the rule table changed; when the change is meant, write the new table to "
           "tests/golden/rules.txt";
}

}  // namespace
}  // namespace understudy::core::test

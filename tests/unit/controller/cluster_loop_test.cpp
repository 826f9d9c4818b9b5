#include "controller/cluster_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/unit/controller/simulated_site.h"

namespace understudy::controller::test {
namespace {

using core::ErrorCode;
using core::OperationKind;
using core::Phase;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

Event ask(OperationKind kind, const std::string& to = "", RequestId id = 7) {
    core::Request request;
    request.kind = kind;
    request.to = core::HostName(to);
    request.by = "tester";
    return OperationAsked{id, request};
}

std::vector<std::string> names_of(const core::Operation& operation) {
    std::vector<std::string> names;
    for (const auto& mark : operation.marks) names.push_back(mark.name);
    return names;
}

class Loop : public testing::Test {
  protected:
    void SetUp() override {
        site_.settle();
        ASSERT_EQ(site_.record().phase, Phase::kProtected);
        ASSERT_EQ(site_.record().primary, kWeb1);
    }
    SimulatedSite site_;
};

TEST(LoopAtFirst, BringsAFreshSiteToProtection) {
    SimulatedSite site;
    site.settle();
    EXPECT_EQ(site.record().phase, Phase::kProtected);
    EXPECT_THAT(site.kinds(), Contains("bootstrap"));
    EXPECT_EQ(site.report(kLb1).load_balancer->route_applied, site.record().route.revision);
}

TEST(LoopAtFirst, DoesNotStartOnAStoreThatCannotBeRead) {
    SimulatedSite site;
    site.store.fails = core::Error{ErrorCode::kIo, "load", "broken", 0};
    ClusterLoop loop(two_hosts(), core::Policy{}, site.store, site.clock);
    EXPECT_EQ(loop.start().error().code, ErrorCode::kIo);
}

TEST_F(Loop, RestsWhenNothingHappens) {
    const auto revision = site_.record().revision;
    const Outgoing all = site_.rounds();
    EXPECT_EQ(site_.record().revision, revision);
    EXPECT_TRUE(all.telling.assignments.empty());
    EXPECT_TRUE(all.telling.routes.empty());
}

TEST_F(Loop, WritesTheRecordBeforeItTellsAnybody) {
    site_.kill_mysqld(kWeb1);
    const Outgoing first = site_.round();
    ASSERT_FALSE(first.telling.assignments.empty());
    EXPECT_EQ(site_.record().primary, kWeb2) << "recorded";
    EXPECT_EQ(first.telling.assignments.front().first, kWeb2) << "the new primary is told first";
    EXPECT_EQ(first.telling.assignments.front().second.token.epoch, site_.record().epoch);
}

TEST_F(Loop, FailsOverAndKeepsEveryMomentOfIt) {
    site_.kill_mysqld(kWeb1);
    const Outgoing all = site_.rounds();

    EXPECT_EQ(site_.record().primary, kWeb2);
    ASSERT_EQ(all.completed.size(), 1U);
    EXPECT_THAT(names_of(all.completed[0]),
                ElementsAre("noticed", "decided", "recorded", "received", "opened",
                            "route_recorded", "routed lb1", "routed lb2", "routed", "completed"));
    EXPECT_TRUE(site_.report(kLb1).load_balancer->writers.at(kWeb2).up);
    EXPECT_FALSE(site_.report(kLb1).load_balancer->writers.at(kWeb1).up);
}

TEST_F(Loop, TellsOfAFailoverOnceWhenItBeginsAndOnceWhenItIsComplete) {
    site_.kill_mysqld(kWeb1);
    site_.rounds();
    std::vector<std::string> events;
    for (const auto& entry : site_.store.entries) {
        if (entry.event && entry.kind.rfind("failover", 0) == 0) events.push_back(entry.kind);
    }
    EXPECT_THAT(events, ElementsAre("failover_started", "failover"));
    const auto detail = nlohmann::json::parse(site_.store.entries.back().detail_json);
    EXPECT_EQ(detail["to"], "web2");
    EXPECT_EQ(detail["marks"].back()["name"], "completed");
}

TEST_F(Loop, CompletesAFailoverThoughALoadBalancerIsSilent) {
    site_.silent.insert(kLb2);
    site_.clock.pass(core::Millis{1500});
    site_.kill_mysqld(kWeb1);
    const Outgoing all = site_.rounds();
    ASSERT_EQ(all.completed.size(), 1U);
    EXPECT_THAT(names_of(all.completed[0]), Not(Contains("routed lb2")));
    EXPECT_THAT(names_of(all.completed[0]), Contains("routed lb1"));
}

TEST_F(Loop, WaitsAWhileForALoadBalancerThatIsHeardButNotRouted) {
    site_.deaf.insert(kLb2);
    site_.kill_mysqld(kWeb1);
    EXPECT_THAT(site_.rounds().completed, IsEmpty());
    site_.clock.pass(core::Millis{5000});
    EXPECT_EQ(site_.rounds().completed.size(), 1U);
}

TEST_F(Loop, ARestartedControllerCompletesWhatTheFormerOneBegan) {
    site_.deaf = {kLb1, kLb2};
    site_.kill_mysqld(kWeb1);
    site_.rounds();
    site_.restart_controller();
    site_.deaf.clear();
    const Outgoing all = site_.rounds();
    ASSERT_EQ(all.completed.size(), 1U);
    site_.restart_controller();
    EXPECT_THAT(site_.rounds().completed, IsEmpty()) << "once";
}

TEST_F(Loop, DegradesAndRecoversWhenTheReplicaGoesAndReturns) {
    site_.kill_mysqld(kWeb2);
    site_.rounds();
    EXPECT_EQ(site_.record().phase, Phase::kAlone);
    EXPECT_THAT(site_.kinds(), Contains("degraded"));
    site_.start_mysqld(kWeb2);
    site_.clock.pass(core::Millis{1000});
    site_.rounds();
    EXPECT_EQ(site_.record().phase, Phase::kProtected);
    EXPECT_THAT(site_.kinds(), Contains("recovered"));
}

TEST_F(Loop, AnswersASwitchoverWhenItIsComplete) {
    const Outgoing all = site_.rounds({ask(OperationKind::kSwitchover)});
    EXPECT_EQ(site_.record().primary, kWeb2);
    ASSERT_EQ(all.answers.size(), 1U);
    EXPECT_EQ(all.answers[0].id, 7U);
    EXPECT_TRUE(all.answers[0].done) << all.answers[0].reason;
    EXPECT_THAT(names_of(*all.answers[0].operation), Contains("routed"));
}

TEST_F(Loop, RefusesASwitchoverToTheWrongHostAndSaysWhy) {
    const Outgoing all = site_.rounds({ask(OperationKind::kSwitchover, "web9")});
    ASSERT_EQ(all.answers.size(), 1U);
    EXPECT_FALSE(all.answers[0].done);
    EXPECT_NE(all.answers[0].reason.find("web9"), std::string::npos);
    EXPECT_EQ(site_.record().primary, kWeb1);
}

TEST_F(Loop, RefusesASecondRequestWhileAnOperationRuns) {
    site_.deaf.insert(kWeb1);
    site_.round({ask(OperationKind::kSwitchover, "", 1)});
    const Outgoing second = site_.round({ask(OperationKind::kSwitchover, "", 2)});
    ASSERT_EQ(second.answers.size(), 1U);
    EXPECT_EQ(second.answers[0].id, 2U);
    EXPECT_FALSE(second.answers[0].done);
}

TEST_F(Loop, AnswersASwitchoverThatIsAborted) {
    site_.deaf.insert(kWeb1);
    Outgoing all = site_.round({ask(OperationKind::kSwitchover)});
    site_.clock.pass(core::Millis{6000});
    site_.deaf.clear();
    gather(all, site_.rounds());
    ASSERT_EQ(all.answers.size(), 1U);
    EXPECT_FALSE(all.answers[0].done);
    EXPECT_EQ(site_.record().primary, kWeb1);
    EXPECT_THAT(site_.kinds(), Contains("switchover_aborted"));
    EXPECT_THAT(all.completed, IsEmpty());
}

TEST_F(Loop, APauseStopsAutomaticFailoverUntilResumed) {
    Outgoing all = site_.rounds({PauseAsked{3, true, "maintenance"}});
    ASSERT_EQ(all.answers.size(), 1U);
    EXPECT_TRUE(all.answers[0].done);
    site_.kill_mysqld(kWeb1);
    site_.rounds();
    EXPECT_EQ(site_.record().primary, kWeb1);
    site_.rounds({PauseAsked{4, false, ""}});
    EXPECT_EQ(site_.record().primary, kWeb2);
}

TEST_F(Loop, TellsAnAgentAgainThatWasStartedAgain) {
    site_.report(kWeb2).agent_start = 2;
    site_.report(kWeb2).applied.reset();
    const Outgoing next = site_.round();
    ASSERT_EQ(next.telling.assignments.size(), 1U);
    EXPECT_EQ(next.telling.assignments[0].first, kWeb2);
}

TEST_F(Loop, TellsAgainWhoeverDoesNotHoldWhatItWasTold) {
    site_.report(kLb1).load_balancer->route_applied = {};
    EXPECT_TRUE(site_.round().telling.routes.empty()) << "it may be on its way";
    site_.deaf.insert(kLb1);
    site_.clock.pass(core::Millis{600});
    EXPECT_EQ(site_.round().telling.routes.size(), 1U);
    EXPECT_TRUE(site_.round().telling.routes.empty()) << "not in every step";
}

TEST_F(Loop, DecidesNothingWhileTheStoreFailsAndGoesOnAfterwards) {
    site_.store.fails = core::Error{ErrorCode::kIo, "write", "disk full", 0};
    site_.kill_mysqld(kWeb1);
    const Outgoing failing = site_.round();
    EXPECT_TRUE(failing.telling.assignments.empty());
    ASSERT_EQ(failing.troubles.size(), 1U);
    EXPECT_TRUE(site_.loop->snapshot().store_trouble);

    site_.store.fails.reset();
    site_.rounds();
    EXPECT_EQ(site_.record().primary, kWeb2);
    EXPECT_FALSE(site_.loop->snapshot().store_trouble);
}

TEST_F(Loop, LooksUpAWriteWhoseOutcomeIsUnknown) {
    site_.store.next_write_times_out = true;
    site_.kill_mysqld(kWeb1);
    const Outgoing unknown = site_.round();
    EXPECT_TRUE(unknown.telling.assignments.empty()) << "nobody is told what may not be recorded";
    const auto epoch = site_.record().epoch;
    const Outgoing all = site_.rounds();
    EXPECT_EQ(site_.record().primary, kWeb2);
    EXPECT_EQ(site_.record().epoch, epoch) << "decided once";
    EXPECT_EQ(all.completed.size(), 1U);
}

TEST_F(Loop, AdoptsWhatAnotherControllerRecorded) {
    auto other = site_.record();
    other.revision.value += 1;
    other.pause = {true, "by another"};
    site_.store.record = other;
    site_.kill_mysqld(kWeb1);
    site_.rounds();
    EXPECT_EQ(site_.record().primary, kWeb1) << "the other one's pause holds";
    EXPECT_EQ(site_.loop->snapshot().record.pause.reason, "by another");
}

TEST_F(Loop, RefusesToGoBackWithAStoreThatLostItsNewestRecord) {
    auto older = site_.record();
    older.revision.value -= 1;
    site_.store.record = older;
    site_.kill_mysqld(kWeb1);
    const Outgoing all = site_.rounds();
    EXPECT_EQ(site_.loop->snapshot().record.primary, kWeb1);
    EXPECT_FALSE(all.troubles.empty());
}

TEST_F(Loop, RecordsOnceThatAHostFellSilentAndThatItIsHeardAgain) {
    site_.silent.insert(kLb2);
    site_.clock.pass(core::Millis{3500});
    site_.rounds({Unheard{kLb2, "cannot connect"}});
    site_.clock.pass(core::Millis{3500});
    site_.rounds();
    site_.silent.clear();
    site_.rounds();
    int silent = 0;
    int heard = 0;
    for (const auto& entry : site_.store.entries) {
        if (entry.kind == "host_silent") {
            ++silent;
            EXPECT_EQ(entry.reason, "lb2 is silent: its agent does not answer (cannot connect)");
        }
        heard += entry.kind == "host_heard" ? 1 : 0;
    }
    EXPECT_EQ(silent, 1);
    EXPECT_EQ(heard, 1);
}

core::KeptOrphans orphans_kept_at(int minute) {
    core::KeptOrphans kept;
    kept.id = "binlog.000003.400." + std::to_string(minute);
    kept.kept_at = core::WallTime(std::chrono::minutes(minute));
    kept.transactions = 2;
    return kept;
}

std::int64_t times_told_of_orphans(const SimulatedSite& site) {
    const auto kinds = site.kinds();
    return std::count(kinds.begin(), kinds.end(), "orphans");
}

TEST_F(Loop, TellsOnceOfEachHostsOrphans) {
    site_.report(kWeb1).orphans = {orphans_kept_at(1), orphans_kept_at(2)};
    site_.report(kWeb2).orphans = {orphans_kept_at(1)};
    site_.rounds();
    EXPECT_EQ(times_told_of_orphans(site_), 3);
    site_.restart_controller();
    site_.rounds();
    EXPECT_EQ(times_told_of_orphans(site_), 3);
    site_.report(kWeb1).orphans->push_back(orphans_kept_at(3));
    const auto told = site_.rounds();
    EXPECT_EQ(times_told_of_orphans(site_), 4);
    ASSERT_TRUE(told.recorded.size() == 1 && told.recorded[0].event);
    EXPECT_NE(told.recorded[0].reason.find("show web1 binlog.000003.400.3"), std::string::npos);
}

TEST_F(Loop, TakesASickWebServerOutOfRotationAndBack) {
    site_.report(kWeb1).backend = core::BackendFacts{false, true, "php-fpm is gone"};
    site_.rounds();
    EXPECT_EQ(site_.record().route.web, (std::set<core::HostName>{kWeb2}));
    EXPECT_EQ(site_.kinds().back(), "web_rotation");
    site_.report(kWeb1).backend = core::BackendFacts{true, false, ""};
    site_.rounds();
    EXPECT_EQ(site_.record().route.web.size(), 2U);
}

TEST_F(Loop, KnowsWhoIsReachable) {
    site_.silent.insert(kWeb2);
    site_.clock.pass(core::Millis{1100});
    site_.round();
    const auto snapshot = site_.loop->snapshot();
    EXPECT_FALSE(snapshot.reachable.at(kWeb2));
    EXPECT_TRUE(snapshot.reachable.at(kLb1));
    EXPECT_FALSE(snapshot.readiness.blockers.empty());
}

}  // namespace
}  // namespace understudy::controller::test

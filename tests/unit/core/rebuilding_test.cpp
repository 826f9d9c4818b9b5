// Hosts whose data are replaced: by the controller's rules, and by their agent's.
#include "core/rebuilding.h"

#include <gtest/gtest.h>

#include "core/host_change.h"
#include "core/reconcile.h"
#include "tests/unit/core/site.h"

namespace understudy::core {
namespace {

using test::gtids;
using test::kUuid1;
using test::kUuid2;
using test::kWeb1;
using test::kWeb2;
using test::kWeb3;
using test::Site;

// web2 has a transaction of its own.
Site with_errant_replica() {
    Site site = Site::protected_site();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-9");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-8," + kUuid2 + ":1");
    return site;
}

void ask_for_rebuild(Site& site, const HostName& host, bool force = true) {
    const auto next = changed(site.record, site.topology,
                              {HostChange::kRebuild, host, "tester", force}, site.now.wall);
    ASSERT_TRUE(next) << next.error();
    site.record = *next;
}

Role role_of(const Site& site, const HostName& host) { return site.record.roles.at(host).role; }

void clone_ends(Site& site, const HostName& host) {
    site.database(host).clone.state = CloneState::kCompleted;
    site.database(host).clone.begun = "later";
}

TEST(Rebuilding, AnErrantReplicaIsOnlyNamedWhereThePolicySaysReport) {
    Site site = with_errant_replica();
    EXPECT_EQ(site.ask().rule, "");
    const Situation situation({site.record, site.view, site.topology, site.policy, site.now});
    EXPECT_NE(needs_rebuild(situation, kWeb2).find(kUuid2 + ":1"), std::string::npos);
}

// As it is never sent back what it wrote itself, it would be admitted without it.
TEST(Rebuilding, AHostThatLacksWhatItWroteItselfIsNamedAndNotAdmitted) {
    Site site = Site::protected_site();
    site.record.in_sync = {};
    site.record.phase = Phase::kAlone;
    site.record.tell(kWeb1, Role::kPrimaryAlone);
    site.record.tell(kWeb2, Role::kReplicaCatchingUp, kWeb1);
    site.obey();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-9," + kUuid2 + ":1-4");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-9," + kUuid2 + ":1-3");
    const Situation situation({site.record, site.view, site.topology, site.policy, site.now});
    EXPECT_NE(needs_rebuild(situation, kWeb2).find(kUuid2 + ":4"), std::string::npos);
    EXPECT_EQ(site.ask().rule, "");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-8," + kUuid2 + ":1-4");
    EXPECT_EQ(site.ask().rule, "410 begin-admission");
}

TEST(Rebuilding, AnErrantReplicaIsRebuiltWhereThePolicySaysAutomatic) {
    Site site = with_errant_replica();
    site.policy.automatic_rebuild = true;
    EXPECT_EQ(site.step(), "600 set-aside");
    EXPECT_TRUE(site.record.in_sync.empty());
    EXPECT_EQ(site.record.phase, Phase::kAlone);
    EXPECT_EQ(site.step(), "610 rebuild");
    EXPECT_EQ(role_of(site, kWeb2), Role::kRebuilding);
    const auto told = *assignment_for(kWeb2, site.record, site.topology);
    EXPECT_EQ(told.source, (Address{"198.18.0.21", 3306})) << "the only donor is the primary";
    ASSERT_TRUE(told.rebuild);
    EXPECT_FALSE(told.rebuild->elsewhere.contains(kUuid2, 1));
    EXPECT_TRUE(told.rebuild->elsewhere.contains(kUuid1, 12345)) << "the primary numbers on";
}

// Long after, as a replica again, it would be rebuilt for no reason.
TEST(Rebuilding, ARequestIsForgottenWhenTheHostBecomesThePrimary) {
    Site site = Site::protected_site();
    ask_for_rebuild(site, kWeb2);
    site.kill_mysqld(kWeb1);
    ASSERT_EQ(site.step(), "130 fail-over-gone");
    ASSERT_EQ(site.record.primary, kWeb2);
    EXPECT_TRUE(site.record.rebuild_asked.empty());
}

TEST(Rebuilding, AHostWhoseDonorIsNoLongerConfiguredIsToldWhenThereIsAnother) {
    Site site = with_errant_replica();
    ask_for_rebuild(site, kWeb2);
    site.step();
    site.step();
    ASSERT_EQ(role_of(site, kWeb2), Role::kRebuilding);
    auto without_donor = site.topology;
    without_donor.databases.erase(without_donor.databases.begin());
    EXPECT_TRUE(assignment_for(kWeb2, site.record, site.topology));
    EXPECT_FALSE(assignment_for(kWeb2, site.record, without_donor));
}

TEST(Rebuilding, ARebuiltHostFollowsAndIsAdmittedAgain) {
    Site site = with_errant_replica();
    ask_for_rebuild(site, kWeb2);
    site.step();
    site.step();
    ASSERT_EQ(role_of(site, kWeb2), Role::kRebuilding);
    clone_ends(site, kWeb2);
    site.obey();
    site.database(kWeb2).executed = site.database(kWeb1).executed;
    for (int i = 0; i < 20 && site.record.phase != Phase::kProtected; ++i) {
        if (site.ask().next) site.step();
        site.obey();
    }
    EXPECT_EQ(site.record.phase, Phase::kProtected);
    EXPECT_TRUE(site.record.rebuild_asked.empty());
    EXPECT_EQ(role_of(site, kWeb2), Role::kReplicaInSync);
}

// Seed 98709: rewound, it had a new UUID; what it had written under the former one a successor had
// received, and nobody was admitted any more.
TEST(Rebuilding, AHostThatLacksWhatItWroteUnderAFormerUuidIsNamed) {
    Site site = Site::protected_site();
    const std::string former = "33333333-3333-3333-3333-333333333333";
    site.record.promotion_point = gtids(former + ":1-4," + kUuid1 + ":1-2");
    site.database(kWeb1).executed = gtids(former + ":1-4," + kUuid1 + ":1-9");
    const auto why_after = [&site, &former](const std::string& of_primary) {
        site.database(kWeb2).executed = gtids(former + ":1-3," + kUuid1 + of_primary);
        const Situation situation({site.record, site.view, site.topology, site.policy, site.now});
        return needs_rebuild(situation, kWeb2);
    };
    EXPECT_EQ(why_after(":1-2"), "") << "it may still be on its way";
    EXPECT_NE(why_after(":1-3").find(former + ":4"), std::string::npos);
    site.record.phase = Phase::kPromoting;
    EXPECT_EQ(why_after(":1-3"), "") << "the promotion point is of the former primary";
}

// Until a clone is done its server reports what it had before.
TEST(Rebuilding, WhileACloneRunsNothingIsSaidOfWhatItReplaces) {
    Site site = with_errant_replica();
    site.database(kWeb2).clone.state = CloneState::kRunning;
    const Situation situation({site.record, site.view, site.topology, site.policy, site.now});
    EXPECT_EQ(needs_rebuild(situation, kWeb2), "");
}

// web3 follows and is about to apply what web2 wrote when it was the primary. web2, rebuilt from it
// now, would never be sent that: it has another UUID by then, but is the same server.
TEST(Rebuilding, AReplicaThatHasNotAppliedWhatCameBeforeIsNoDonor) {
    Site site = with_errant_replica();
    site.policy.automatic_rebuild = true;
    site.add_web3();
    site.record.in_sync = {};
    site.record.phase = Phase::kAlone;
    site.record.tell(kWeb1, Role::kPrimaryAlone);
    for (const auto& replica : {kWeb2, kWeb3}) {
        site.record.tell(replica, Role::kReplicaCatchingUp, kWeb1);
    }
    site.obey();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-9," + kUuid2 + ":1-4");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-8," + kUuid2 + ":1-5");
    const auto donor = [&site](const std::string& applied) {
        Site rebuilt = site;
        rebuilt.database(kWeb3).executed = gtids(kUuid1 + ":1-8," + kUuid2 + applied);
        const Situation situation(
            {rebuilt.record, rebuilt.view, rebuilt.topology, rebuilt.policy, rebuilt.now});
        return begin_rebuild(situation, kWeb2).next->roles.at(kWeb2).source;
    };
    EXPECT_EQ(donor(":1-3"), kWeb1);
    EXPECT_EQ(donor(":1-4"), kWeb3);
}

TEST(Rebuilding, AReplicaThatFollowsIsTheDonorBeforeThePrimary) {
    Site site = Site::protected_site();
    site.topology.databases.push_back({kWeb3, {"198.18.0.23", 3306}});
    site.view[kWeb3] = site.view.at(kWeb2);
    site.report(kWeb3).host = kWeb3;
    site.report(kWeb3).applied.reset();
    site.database(kWeb1).executed = gtids(kUuid1 + ":1-9");
    site.database(kWeb2).executed = gtids(kUuid1 + ":1-9");
    site.database(kWeb3) = DatabaseFacts{};
    site.database(kWeb3).process = ProcessState::kRunning;
    site.database(kWeb3).answering = site.database(kWeb3).super_read_only = true;
    EXPECT_EQ(site.step(), "400 enrol");
    EXPECT_EQ(role_of(site, kWeb3), Role::kRebuilding) << "it is empty";
    EXPECT_EQ(site.record.roles.at(kWeb3).source, kWeb2);
    site.kill_mysqld(kWeb2);
    for (int i = 0; i < 5; ++i) {
        if (site.ask().next) site.step();
    }
    EXPECT_EQ(site.record.roles.at(kWeb3).source, kWeb1) << "the donor is gone";
}

TEST(Rebuilding, AHostThatIsRebuiltStaysThatThroughAFailover) {
    Site site = Site::protected_site();
    site.topology.databases.push_back({kWeb3, {"198.18.0.23", 3306}});
    site.view[kWeb3] = site.view.at(kWeb2);
    site.report(kWeb3).host = kWeb3;
    site.record.tell(kWeb3, Role::kRebuilding, kWeb2);
    site.record.roles[kWeb3].rebuild = Rebuild{Revision{5}, {}, ""};
    site.report(kWeb3).applied.reset();
    site.kill_mysqld(kWeb1);
    EXPECT_EQ(site.step(), "130 fail-over-gone");
    EXPECT_EQ(site.record.primary, kWeb2);
    EXPECT_EQ(role_of(site, kWeb3), Role::kRebuilding);
    site.obey();
    site.report(kWeb3).applied.reset();
    EXPECT_EQ(site.step(), "110 finish-promotion");
    EXPECT_EQ(role_of(site, kWeb3), Role::kRebuilding);
    EXPECT_TRUE(site.record.roles.at(kWeb3).rebuild);
}

TEST(Rebuilding, IsRefusedWithTheRemedy) {
    const Site site = Site::protected_site();
    const auto refusal = [&site](const HostName& host, bool force) {
        const auto next = changed(site.record, site.topology,
                                  {HostChange::kRebuild, host, "tester", force}, site.now.wall);
        return next ? std::string() : next.error();
    };
    EXPECT_NE(refusal(kWeb1, true).find("understudy switchover"), std::string::npos);
    EXPECT_NE(refusal(kWeb2, false).find("--force"), std::string::npos);
    EXPECT_EQ(refusal(kWeb2, true), "");
    EXPECT_NE(refusal(test::kLb1, true).find("no database"), std::string::npos);
}

// The agent's side.
struct RebuiltHost {
    Assignment told;
    DatabaseFacts facts;
    ReconcileMemory memory;
    MonotonicTime now{std::chrono::hours(1)};
    std::optional<LastStart> last_start;

    RebuiltHost() {
        told.role = Role::kRebuilding;
        told.source = Address{"198.18.0.21", 3306};
        told.rebuild = Rebuild{Revision{7}, gtids(kUuid1 + ":1-100"), "earlier"};
        facts.answering = facts.super_read_only = true;
        facts.executed = gtids(kUuid1 + ":1-9");
        facts.clone = {CloneState::kCompleted, "earlier", 0, 0, 0, 0, ""};
    }
    [[nodiscard]] Step step() const {
        return next_step({told, facts, memory, Millis{2000}, now, LeaseState::kHeld, last_start});
    }
};

TEST(RebuiltHostTest, IsClonedAtOnceWhenItHasNothingOfItsOwn) {
    const RebuiltHost host;
    EXPECT_EQ(host.step().kind, StepKind::kClone);
    EXPECT_EQ(host.step().source, host.told.source);
}

TEST(RebuiltHostTest, StartsAgainFirstWhenItHasSomethingOfItsOwnSoThatItIsKept) {
    RebuiltHost host;
    host.facts.executed.add(kUuid2, {1, 3});
    EXPECT_EQ(host.step().rule.substr(0, 3), "550");
    host.last_start = LastStart{{}, "kept", "", gtids(kUuid2 + ":1-3"), Revision{6}};
    EXPECT_EQ(host.step().kind, StepKind::kKillServer) << "that was for an earlier rebuilding";
    host.last_start->rebuild = Revision{7};
    EXPECT_EQ(host.step().kind, StepKind::kClone);
    host.last_start->way = "failed";
    host.last_start->reason = "no space left";
    EXPECT_EQ(host.step().kind, StepKind::kBlocked);
    EXPECT_NE(host.step().reason.find("no space left"), std::string::npos);
}

TEST(RebuiltHostTest, IsClosedAndDisconnectedBeforeItIsCloned) {
    RebuiltHost host;
    host.facts.super_read_only = false;
    EXPECT_EQ(host.step().kind, StepKind::kCloseWrites);
    host.facts.super_read_only = true;
    host.facts.client_sessions = 2;
    EXPECT_EQ(host.step().kind, StepKind::kKillSessions);
    host.facts.client_sessions = 0;
    host.facts.replication.receiver = ReceiverState::kRunning;
    EXPECT_EQ(host.step().kind, StepKind::kStopReceiver);
}

TEST(RebuiltHostTest, SaysHowFarItIs) {
    RebuiltHost host;
    host.facts.super_read_only = false;  // while a clone runs
    host.facts.clone = {
        CloneState::kRunning, "now", 1'200'000'000, 5'000'000'000, 100'000'000, 0, ""};
    EXPECT_EQ(host.step().kind, StepKind::kWait);
    EXPECT_NE(host.step().reason.find("1.2 GB of 5.0 GB, 100 MB/s, 39 s left"), std::string::npos)
        << host.step().reason;
}

TEST(RebuiltHostTest, IsEndedWhenItsCloneStandsStill) {
    RebuiltHost host;
    host.facts.super_read_only = false;
    host.facts.clone = {CloneState::kRunning, "now", 1, 2, 0, 0, ""};
    host.memory.clone_stalled = true;
    EXPECT_EQ(host.step().kind, StepKind::kKillServer);
    host.facts.clone.state = CloneState::kFailed;
    EXPECT_NE(host.step().kind, StepKind::kKillServer);
}

TEST(RebuiltHostTest, IsThereOnlyWhenALaterCloneIsComplete) {
    RebuiltHost host;
    host.facts.clone = {CloneState::kFailed, "now", 0, 0, 0, 3862, "the donor is gone"};
    EXPECT_EQ(host.step().kind, StepKind::kClone);
    host.memory.clone_retry_at = host.now + Millis{1};
    EXPECT_EQ(host.step().kind, StepKind::kBlocked);
    EXPECT_NE(host.step().reason.find("the donor is gone"), std::string::npos);
    host.facts.clone = {CloneState::kCompleted, "now", 0, 0, 0, 0, ""};
    host.facts.replication.configured = true;
    EXPECT_EQ(host.step().kind, StepKind::kForgetSource) << "the donor's source came with it";
    host.facts.replication = {};
    EXPECT_EQ(host.step().kind, StepKind::kReached);
}

// Its GTIDs may say that it has what it has not.
TEST(RebuiltHostTest, AHostWhoseCloneWasCutShortIsNeitherPromotedNorFollows) {
    for (const Role role : {Role::kPrimaryAlone, Role::kPrimaryLossless, Role::kReplicaCatchingUp,
                            Role::kReplicaInSync}) {
        RebuiltHost host;
        host.told.role = role;
        host.told.rebuild.reset();
        host.facts.clone = {CloneState::kFailed, "now", 0, 0, 0, 1317, ""};
        EXPECT_EQ(host.step().kind, StepKind::kBlocked) << to_string(role);
    }
}

}  // namespace
}  // namespace understudy::core

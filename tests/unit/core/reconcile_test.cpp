#include "core/reconcile.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

const Address kSource{"198.18.0.21", 3306};

struct Host {
    Assignment assignment;
    DatabaseFacts facts;
    ReconcileMemory memory;
    MonotonicTime now{std::chrono::hours(1)};

    explicit Host(Role role) {
        assignment.role = role;
        if (is_replica(role)) assignment.source = kSource;
        facts.answering = true;
        facts.incarnation = 1;
        facts.super_read_only = true;
        memory.assigned_at = now;
    }

    void follow(const Address& source) {
        facts.replication.configured = true;
        facts.replication.source_host = source.host;
        facts.replication.source_port = source.port;
        facts.replication.receiver = ReceiverState::kRunning;
        facts.replication.applier_running = true;
    }

    [[nodiscard]] Step step() const {
        return next_step({assignment, facts, memory, Millis{2000}, now});
    }
};

TEST(Promotion, StopsReceivingBeforeAnythingElse) {
    Host host(Role::kPrimaryAlone);
    host.follow(kSource);
    host.facts.replication.retrieved = gtids(kUuid1 + ":1-9");
    EXPECT_EQ(host.step().kind, StepKind::kStopReceiver);
}

TEST(Promotion, IsForfeitedByARestartBeforeItOpened) {
    Host host(Role::kPrimaryAlone);
    host.assignment.incarnation = 7;
    EXPECT_EQ(host.step().rule, "190 promote-forfeited");
    host.facts.server_uuid = kUuid1;
    host.facts.executed = gtids(kUuid1 + ":1");
    EXPECT_EQ(host.step().rule, "190 promote-forfeited") << "somebody wrote on it by hand";
    host.memory.opened = true;
    EXPECT_NE(host.step().rule, "190 promote-forfeited") << "it had opened";
    host.memory.opened = false;
    host.facts.incarnation = 7;
    EXPECT_NE(host.step().rule, "190 promote-forfeited");
}

// An applier waits too where the source side of semi-sync is on.
TEST(Promotion, TurnsWaitingOffBeforeItApplies) {
    Host host(Role::kPrimaryAlone);
    host.follow(kSource);
    host.facts.replication.receiver = ReceiverState::kStopped;
    host.facts.replication.applier_running = false;
    host.facts.replication.retrieved = gtids(kUuid1 + ":1-9");
    host.facts.semi_sync.source_enabled = true;
    EXPECT_EQ(host.step().kind, StepKind::kWaitForAcksOff);
}

// Hazard ProxySQL/orchestrator#106: the relay log was not drained before the promotion.
TEST(Promotion, DrainsBeforeItOpens) {
    Host host(Role::kPrimaryAlone);
    host.follow(kSource);
    host.facts.replication.receiver = ReceiverState::kStopped;
    host.facts.replication.retrieved = gtids(kUuid1 + ":1-9");
    host.facts.executed = gtids(kUuid1 + ":1-8");
    EXPECT_EQ(host.step().kind, StepKind::kDrain);
    host.facts.replication.applier_running = false;
    EXPECT_EQ(host.step().kind, StepKind::kStartApplier);
    host.facts.executed = gtids(kUuid1 + ":1-9");
    EXPECT_EQ(host.step().kind, StepKind::kOpenWrites);
}

TEST(Promotion, IsBlockedWhenWhatWasReceivedCannotBeApplied) {
    Host host(Role::kPrimaryAlone);
    host.follow(kSource);
    host.facts.replication.receiver = ReceiverState::kStopped;
    host.facts.replication.retrieved = gtids(kUuid1 + ":1-9");
    host.facts.replication.applier_error = 1062;
    EXPECT_EQ(host.step().kind, StepKind::kBlocked);
}

TEST(Promotion, IsBlockedWithoutWhatTheOldPrimaryHad) {
    Host host(Role::kPrimaryAlone);
    host.assignment.must_hold = gtids(kUuid1 + ":1-9");
    host.facts.executed = gtids(kUuid1 + ":1-7");
    const auto step = host.step();
    EXPECT_EQ(step.kind, StepKind::kBlocked);
    EXPECT_NE(step.reason.find(kUuid1 + ":8-9"), std::string::npos);
}

TEST(Promotion, ForgetsTheOldSourceOnlyOnceItIsOpen) {
    Host host(Role::kPrimaryAlone);
    host.follow(kSource);
    host.facts.replication.receiver = ReceiverState::kStopped;
    EXPECT_EQ(host.step().kind, StepKind::kOpenWrites);
    host.facts.super_read_only = false;
    const auto step = host.step();
    EXPECT_EQ(step.kind, StepKind::kForgetSource);
    EXPECT_TRUE(step.tidies);
}

TEST(Primary, LosslessWaitsBeforeItOpens) {
    Host host(Role::kPrimaryLossless);
    EXPECT_EQ(host.step().kind, StepKind::kWaitForAcksOn);
    host.facts.semi_sync.source_enabled = true;
    EXPECT_EQ(host.step().kind, StepKind::kOpenWrites);
}

// Hazard vitess#21092: an assignment that already holds does nothing.
TEST(AnyRole, ThatHoldsAlreadyTouchesNothing) {
    Host primary(Role::kPrimaryLossless);
    primary.facts.super_read_only = false;
    primary.facts.semi_sync.source_enabled = true;
    EXPECT_EQ(primary.step().kind, StepKind::kReached);
    Host replica(Role::kReplicaInSync);
    replica.follow(kSource);
    replica.facts.semi_sync.replica_enabled = true;
    replica.facts.semi_sync.replica_active = true;
    EXPECT_EQ(replica.step().kind, StepKind::kReached);
}

TEST(Replica, IsNeverRepointedWithReceivedButUnappliedTransactions) {
    Host host(Role::kReplicaCatchingUp);
    host.follow({"198.18.0.99", 3306});
    host.facts.replication.receiver = ReceiverState::kStopped;
    host.facts.replication.retrieved = gtids(kUuid1 + ":1-9");
    EXPECT_EQ(host.step().kind, StepKind::kDrain);
    host.facts.executed = gtids(kUuid1 + ":1-9");
    EXPECT_EQ(host.step().kind, StepKind::kFollow);
}

TEST(Replica, WhoseReplicationWasStoppedByHandIsLeftAlone) {
    Host host(Role::kReplicaCatchingUp);
    host.follow(kSource);
    host.memory.replication_started_in = 1;
    host.facts.replication.receiver = ReceiverState::kStopped;
    EXPECT_EQ(host.step().kind, StepKind::kBlocked);
    host.facts.incarnation = 2;  // a restart is not a hand
    EXPECT_EQ(host.step().kind, StepKind::kStartReceiver);
}

TEST(Replica, WhoseReceiverFailedIsStartedAgainAfterAPause) {
    Host host(Role::kReplicaCatchingUp);
    host.follow(kSource);
    host.facts.replication.receiver = ReceiverState::kStopped;
    host.facts.replication.receiver_error = 1236;
    host.memory.receiver_retry_at = host.now + Millis{10};
    EXPECT_EQ(host.step().kind, StepKind::kBlocked);
    host.now += Millis{10};
    EXPECT_EQ(host.step().kind, StepKind::kStartReceiver);
}

TEST(Fence, ClosesWritesThenEndsSessions) {
    Host host(Role::kFenced);
    host.facts.super_read_only = false;
    host.facts.client_sessions = 5;
    EXPECT_EQ(host.step().kind, StepKind::kCloseWrites);
    host.facts.super_read_only = true;
    EXPECT_EQ(host.step().kind, StepKind::kKillSessions);
    host.facts.client_sessions = 0;
    EXPECT_EQ(host.step().kind, StepKind::kReached);
}

// Hazard vitess#16050: waiting is never switched off under a commit that waits, so that none is
// told of success and then wiped.
TEST(Fence, OfASupersededPrimaryWithWaitingCommitsKillsTheServer) {
    Host host(Role::kReplicaCatchingUp);
    host.facts.super_read_only = false;
    host.facts.semi_sync.source_enabled = true;
    host.facts.client_sessions = 1;
    host.facts.semi_sync.waiting_sessions = 1;
    EXPECT_EQ(host.step().kind, StepKind::kKillServer);
    host.facts.semi_sync.waiting_sessions = 0;
    host.facts.super_read_only = true;
    EXPECT_EQ(host.step().kind, StepKind::kKillSessions);
    host.facts.client_sessions = 0;
    EXPECT_EQ(host.step().kind, StepKind::kWaitForAcksOff);
}

TEST(Fence, ThatIsNotReachedInItsBudgetEndsInKillingTheServer) {
    Host host(Role::kFenced);
    host.facts.super_read_only = false;
    host.now += Millis{2001};
    EXPECT_EQ(host.step().kind, StepKind::kKillServer);
}

TEST(Fence, OfAFreshlyStartedServerKillsNothing) {
    Host host(Role::kFenced);
    host.facts.semi_sync.source_enabled = true;  // so says its configuration file
    host.now += std::chrono::minutes(5);
    EXPECT_EQ(host.step().kind, StepKind::kReached);
}

TEST(ReconcileTable, IsTheOneThatWasReviewed) {
    std::ostringstream table;
    for (const auto& row : reconcile_table()) {
        table << row.id << ": " << to_string(row.then) << " (" << row.when << ")\n";
    }
    std::ifstream file("tests/golden/reconcile.txt");
    std::stringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(table.str(), golden.str())
        << "the reconcile table changed; when the change is meant, write the new table to "
           "tests/golden/reconcile.txt";
}

}  // namespace
}  // namespace understudy::core::test

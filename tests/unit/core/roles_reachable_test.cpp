// The rule tables of both sides, checked against each other: whatever state a database is in, and
// whatever role the controller may assign there, the agent gets there in a few steps, or says what
// it waits for. (pg_auto_failover#774 and #1158: assigned states that a host could not reach.)
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "core/reconcile.h"
#include "tests/simulated/database.h"

namespace understudy::core {
namespace {

const Address kTheSource{"198.18.0.21", 3306};
const std::string kSourceUuid = "11111111-1111-1111-1111-111111111111";
constexpr int kStepsAtMost = 20;

// Each bit is one thing that may be so or not.
DatabaseFacts facts_of(unsigned bits) {
    const auto bit = [&bits] {
        const bool set = (bits & 1U) != 0;
        bits >>= 1U;
        return set;
    };
    DatabaseFacts facts;
    facts.process = ProcessState::kRunning;
    facts.answering = true;
    facts.incarnation = 7;
    facts.super_read_only = bit();
    facts.client_sessions = bit() ? 3 : 0;
    facts.semi_sync.source_enabled = bit();
    facts.semi_sync.replica_enabled = bit();
    facts.replication.configured = bit();
    facts.replication.source_host = bit() ? kTheSource.host : "198.18.0.99";
    facts.replication.source_port = kTheSource.port;
    facts.replication.receiver = bit() ? ReceiverState::kRunning : ReceiverState::kStopped;
    facts.replication.applier_running = bit();
    facts.executed = GtidSet::parse(kSourceUuid + ":1-10").value();
    facts.replication.retrieved = GtidSet::parse(kSourceUuid + (bit() ? ":1-12" : ":1-9")).value();
    if (!facts.replication.configured) facts.replication = {};
    return facts;
}
constexpr unsigned kStates = 1U << 9U;

Assignment assignment_of(Role role) {
    Assignment told;
    told.role = role;
    if (is_replica(role)) told.source = kTheSource;
    return told;
}

std::string state_text(const DatabaseFacts& facts) {
    std::ostringstream text;
    text << "super_read_only " << facts.super_read_only << ", sessions " << facts.client_sessions
         << ", waits " << facts.semi_sync.source_enabled << ", acknowledges "
         << facts.semi_sync.replica_enabled << ", follows "
         << (facts.replication.configured ? facts.replication.source_host : "nobody")
         << ", receiver " << static_cast<int>(facts.replication.receiver) << ", applier "
         << facts.replication.applier_running << ", executed " << facts.executed.to_string()
         << ", retrieved " << facts.replication.retrieved.to_string();
    return text.str();
}

// The last step taken; kReached when the role holds.
Step steps_towards(Role role, simulated::Database& database) {
    const auto told = assignment_of(role);
    const ReconcileMemory memory;
    Step step;
    for (int taken = 0; taken < kStepsAtMost; ++taken) {
        step = next_step({told, database.facts, memory, Millis{2000}, MonotonicTime{}});
        if (step.kind == StepKind::kReached) return step;
        EXPECT_TRUE(database.perform(step, Millis{1}));
    }
    return step;
}

void expect_holds(Role role, const DatabaseFacts& facts) {
    EXPECT_EQ(facts.super_read_only, !is_primary(role));
    EXPECT_EQ(facts.semi_sync.replica_enabled, role == Role::kReplicaInSync);
    if (role == Role::kPrimaryLossless) {
        EXPECT_TRUE(facts.semi_sync.source_enabled);
    }
    if (role == Role::kPrimaryAlone || role == Role::kPrimaryLeased || is_replica(role)) {
        EXPECT_FALSE(facts.semi_sync.source_enabled);
    }
    if (is_replica(role)) {
        EXPECT_EQ(facts.replication.source_host, kTheSource.host);
        EXPECT_EQ(facts.replication.receiver, ReceiverState::kRunning);
        EXPECT_TRUE(facts.replication.applier_running);
    } else {
        EXPECT_EQ(facts.replication.receiver, ReceiverState::kStopped);
    }
}

class RolesReachable : public testing::TestWithParam<Role> {};

TEST_P(RolesReachable, FromEveryState) {
    const Role role = GetParam();
    for (unsigned bits = 0; bits < kStates; ++bits) {
        simulated::Database database;
        database.facts = facts_of(bits);
        SCOPED_TRACE("from: " + state_text(database.facts));
        const auto last = steps_towards(role, database);
        ASSERT_EQ(last.kind, StepKind::kReached) << "stuck at " << last.rule;
        expect_holds(role, database.facts);
        if (testing::Test::HasFailure()) return;
    }
}

TEST_P(RolesReachable, AndThenNothingIsTouched) {
    for (unsigned bits = 0; bits < kStates; ++bits) {
        simulated::Database database;
        database.facts = facts_of(bits);
        steps_towards(GetParam(), database);
        const auto before = database.performed.size();
        steps_towards(GetParam(), database);
        ASSERT_EQ(database.performed.size(), before) << state_text(facts_of(bits));
    }
}

INSTANTIATE_TEST_SUITE_P(EveryRoleThatIsAssigned, RolesReachable,
                         testing::Values(Role::kPrimaryLossless, Role::kPrimaryAlone,
                                         Role::kPrimaryLeased, Role::kReplicaCatchingUp,
                                         Role::kReplicaInSync, Role::kFenced),
                         [](const auto& each) { return std::string(to_string(each.param)); });

// The controller promotes nobody before this: an applier that has not applied is drained first.
TEST(RolesReachableTest, APrimaryOpensOnlyAfterEverythingReceivedIsApplied) {
    for (unsigned bits = 0; bits < kStates; ++bits) {
        simulated::Database database;
        database.facts = facts_of(bits);
        if (!database.facts.super_read_only) continue;
        const auto received = database.facts.replication.retrieved;
        steps_towards(Role::kPrimaryAlone, database);
        ASSERT_TRUE(database.facts.executed.contains(received)) << state_text(facts_of(bits));
    }
}

// Sessions are ended before waiting commits could be released by switching the waiting off.
TEST(RolesReachableTest, AFormerPrimarysWaitingIsNeverSwitchedOffBeforeItsSessionsAreClosed) {
    for (const Role role : {Role::kReplicaCatchingUp, Role::kReplicaInSync}) {
        for (unsigned bits = 0; bits < kStates; ++bits) {
            simulated::Database database;
            database.facts = facts_of(bits);
            if (database.facts.client_sessions == 0 || !database.facts.semi_sync.source_enabled) {
                continue;
            }
            steps_towards(role, database);
            const auto& done = database.performed;
            const auto killed = std::find(done.begin(), done.end(), StepKind::kKillSessions);
            const auto off = std::find(done.begin(), done.end(), StepKind::kWaitForAcksOff);
            ASSERT_LT(killed - done.begin(), off - done.begin()) << state_text(facts_of(bits));
        }
    }
}

}  // namespace
}  // namespace understudy::core

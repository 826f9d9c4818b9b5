// The agent's side of a lease.
#include <gtest/gtest.h>

#include "core/reconcile.h"

namespace understudy::core {
namespace {

struct LeasedPrimary : testing::Test {
    Assignment told;
    DatabaseFacts facts;
    ReconcileMemory memory;
    MonotonicTime now{std::chrono::hours(1)};

    LeasedPrimary() {
        told.role = Role::kPrimaryLeased;
        facts.process = ProcessState::kRunning;
        facts.answering = true;
        memory.assigned_at = now;
    }
    [[nodiscard]] Step step(LeaseState lease) const {
        return next_step({told, facts, memory, Millis{2000}, now, lease});
    }
};

TEST_F(LeasedPrimary, WritesAsLongAsItHoldsTheLease) {
    EXPECT_EQ(step(LeaseState::kHeld).kind, StepKind::kReached);
}

TEST_F(LeasedPrimary, StopsWritingWhenItIsNotRenewedInTime) {
    EXPECT_EQ(step(LeaseState::kShort).kind, StepKind::kCloseWrites);
    facts.super_read_only = true;
    EXPECT_EQ(step(LeaseState::kShort).kind, StepKind::kWait);
    EXPECT_EQ(step(LeaseState::kHeld).kind, StepKind::kOpenWrites);
}

TEST_F(LeasedPrimary, IsKilledWhenItCouldNotBeClosedInTime) {
    EXPECT_EQ(step(LeaseState::kOver).kind, StepKind::kKillServer);
    facts.super_read_only = true;
    EXPECT_EQ(step(LeaseState::kOver).kind, StepKind::kWait);
}

TEST_F(LeasedPrimary, ASuccessorOpensOnlyAfterTheFormerLease) {
    told.role = Role::kPrimaryAlone;
    told.open_after = Millis{3150};
    facts.super_read_only = true;
    now += Millis{3150};
    EXPECT_EQ(step(LeaseState::kOver).kind, StepKind::kWait);
    now += Millis{1};
    EXPECT_EQ(step(LeaseState::kOver).kind, StepKind::kOpenWrites);
}

}  // namespace
}  // namespace understudy::core

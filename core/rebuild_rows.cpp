#include <array>

#include "core/reconcile_row.h"

namespace understudy::core {

namespace {

bool rebuilding(Role role) { return role == Role::kRebuilding; }

bool cloned(const ReconcileInputs& in) {
    const auto& clone = in.facts.clone;
    return clone.state == CloneState::kCompleted && in.assignment.rebuild &&
           clone.begun != in.assignment.rebuild->former_clone;
}

bool overdue(const ReconcileInputs& in) {
    return in.memory.assigned_at && in.now - *in.memory.assigned_at > in.fence_budget;
}

// It has what nobody else has.
bool alone_has_something(const ReconcileInputs& in) {
    return in.assignment.rebuild && !in.assignment.rebuild->elsewhere.contains(in.facts.executed);
}

bool started_for_this(const ReconcileInputs& in) {
    return in.last_start && in.assignment.rebuild &&
           in.last_start->rebuild == in.assignment.rebuild->since;
}

constexpr std::array kRebuildRows{
    // MySQL itself tries to reach a donor that is gone for five and a half minutes.
    Row{"498 clone-stalled", rebuilding,
        [](const ReconcileInputs& in) {
            return in.facts.clone.state == CloneState::kRunning && in.memory.clone_stalled;
        },
        StepKind::kKillServer, "its clone has copied nothing for long; its donor may be gone"},
    // Before the fence: a server that is cloned onto is not closed to administrators.
    Row{"500 cloning", rebuilding,
        [](const ReconcileInputs& in) { return in.facts.clone.state == CloneState::kRunning; },
        StepKind::kWait, "its data are copied"},
    Row{"505 rebuild-fence-overdue", rebuilding,
        [](const ReconcileInputs& in) {
            const auto& facts = in.facts;
            const bool open = !facts.super_read_only || facts.semi_sync.waiting_sessions > 0;
            return open && overdue(in);
        },
        StepKind::kKillServer, "the fence was not reached in its budget"},
    Row{"510 rebuild-close", rebuilding,
        [](const ReconcileInputs& in) { return !in.facts.super_read_only; }, StepKind::kCloseWrites,
        "nobody writes what is to be replaced"},
    Row{"515 rebuild-sessions", rebuilding,
        [](const ReconcileInputs& in) { return in.facts.client_sessions > 0; },
        StepKind::kKillSessions, "nobody reads what is to be replaced"},
    Row{"520 rebuild-receiver-off", rebuilding,
        [](const ReconcileInputs& in) {
            return in.facts.replication.receiver != ReceiverState::kStopped;
        },
        StepKind::kStopReceiver, "what it received is replaced too"},
    Row{"525 rebuild-acknowledges-nobody", rebuilding,
        [](const ReconcileInputs& in) { return in.facts.semi_sync.replica_enabled; },
        StepKind::kAcknowledgeOff, "its data are to be replaced"},
    Row{"530 rebuilt-forget-source", rebuilding,
        [](const ReconcileInputs& in) { return cloned(in) && in.facts.replication.configured; },
        StepKind::kForgetSource, "it came with the donor's data"},
    Row{"540 rebuilt", rebuilding, cloned, StepKind::kReached, "it has the donor's data"},
    Row{"550 rebuild-keep", rebuilding,
        [](const ReconcileInputs& in) { return alone_has_something(in) && !started_for_this(in); },
        StepKind::kKillServer, "what it alone has is kept before it starts again"},
    Row{"560 rebuild-not-kept", rebuilding,
        [](const ReconcileInputs& in) {
            return alone_has_something(in) && in.last_start->way == "failed";
        },
        StepKind::kBlocked, "what it alone has could not be kept"},
    Row{"570 clone-failed", rebuilding,
        [](const ReconcileInputs& in) {
            return in.memory.clone_retry_at && in.now < *in.memory.clone_retry_at;
        },
        StepKind::kBlocked, "the clone is begun again after a pause"},
    Row{"590 clone", rebuilding, [](const ReconcileInputs&) { return true; }, StepKind::kClone,
        "its data are replaced by the donor's"},
};

}  // namespace

std::span<const Row> rebuild_rows() { return kRebuildRows; }

}  // namespace understudy::core

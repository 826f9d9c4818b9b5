#include "core/reconcile.h"

#include <array>

#include "core/reconcile_row.h"

namespace understudy::core {

namespace {

bool not_primary(Role role) { return is_replica(role) || role == Role::kFenced; }
bool replica(Role role) { return is_replica(role); }
bool primary(Role role) { return is_primary(role); }
bool lossless(Role role) { return role == Role::kPrimaryLossless; }
bool leased(Role role) { return role == Role::kPrimaryLeased; }
bool unacknowledged(Role role) { return role == Role::kPrimaryAlone || leased(role); }
bool in_sync(Role role) { return role == Role::kReplicaInSync; }
bool serves(Role role) { return is_primary(role) || is_replica(role); }
bool fenced(Role role) { return role == Role::kFenced; }
// A detached host too: acknowledging is the one thing that is not left to the operator.
bool not_in_sync(Role role) { return role != Role::kReplicaInSync && role != Role::kRebuilding; }

bool undrained(const ReconcileInputs& in) {
    return in.facts.replication.configured &&
           !in.facts.executed.contains(in.facts.replication.retrieved);
}

bool other_source(const ReconcileInputs& in) {
    const auto& replication = in.facts.replication;
    return replication.configured && in.assignment.source &&
           (replication.source_host != in.assignment.source->host ||
            replication.source_port != in.assignment.source->port);
}

bool receives(const ReconcileInputs& in) {
    return in.facts.replication.receiver != ReceiverState::kStopped;
}

bool told_for(const ReconcileInputs& in, Millis longer_than) {
    return in.memory.assigned_at && in.now - *in.memory.assigned_at > longer_than;
}

// Writable, or with commits that still wait.
bool still_a_primary(const ReconcileInputs& in) {
    return !in.facts.super_read_only || in.facts.semi_sync.waiting_sessions > 0;
}

bool stopped_by_hand(const ReconcileInputs& in) {
    return in.memory.replication_started_in == in.facts.incarnation;
}

// A receiver that runs asks for acknowledgements right after it has connected.
constexpr Millis kAskedLongAgo{3000};

bool does_not_acknowledge(const ReconcileInputs& in) { return !in.facts.semi_sync.replica_active; }

constexpr std::array kRows{
    // A lease that is not renewed ends: first its holder stops writing, then it is surely stopped.
    Row{"080 lease-over", leased,
        [](const ReconcileInputs& in) {
            return !in.facts.super_read_only && in.lease == LeaseState::kOver;
        },
        StepKind::kKillServer, "its lease ends, and it could not be closed in time"},
    Row{"085 lease-short", leased,
        [](const ReconcileInputs& in) {
            return !in.facts.super_read_only && in.lease != LeaseState::kHeld;
        },
        StepKind::kCloseWrites, "too few witnesses grant its lease"},

    // A commit that waits under a primary's old assignment is never acknowledged any more, and a
    // KILL does not end its wait. Killed with the server it is rolled back by the rewind.
    Row{"090 superseded-waiting", replica,
        [](const ReconcileInputs& in) {
            return in.facts.semi_sync.source_enabled && in.facts.semi_sync.waiting_sessions > 0;
        },
        StepKind::kKillServer, "its commits wait for acknowledgements that will not come"},

    // Fencing: close, then end the sessions, then (in the adapter's and the agent's budget) kill.
    Row{"100 fence-overdue", not_primary,
        [](const ReconcileInputs& in) {
            return still_a_primary(in) && told_for(in, in.fence_budget);
        },
        StepKind::kKillServer, "the fence was not reached in its budget"},
    Row{"110 fence-sessions-first", not_primary,
        [](const ReconcileInputs& in) {
            return !in.facts.super_read_only && in.facts.client_sessions > 0 &&
                   told_for(in, in.fence_budget / 2);
        },
        StepKind::kKillSessions, "sessions hinder the fence"},
    Row{"120 fence-close", not_primary,
        [](const ReconcileInputs& in) { return !in.facts.super_read_only; }, StepKind::kCloseWrites,
        "it is no longer the primary"},
    Row{"130 fence-sessions", not_primary,
        [](const ReconcileInputs& in) {
            return in.facts.client_sessions > 0 &&
                   (in.assignment.role == Role::kFenced || in.facts.semi_sync.source_enabled);
        },
        StepKind::kKillSessions, "sessions of its time as primary are closed"},
    Row{"150 replica-waits-off", replica,
        [](const ReconcileInputs& in) { return in.facts.semi_sync.source_enabled; },
        StepKind::kWaitForAcksOff, "a replica does not wait for acknowledgements"},
    Row{"160 fenced-receiver-off", fenced, receives, StepKind::kStopReceiver,
        "a fenced host does not replicate"},

    // Behind a clone that was cut short the server has lost its data, but not its GTIDs.
    Row{"170 half-cloned", serves,
        [](const ReconcileInputs& in) {
            const auto state = in.facts.clone.state;
            return in.facts.super_read_only &&
                   (state == CloneState::kRunning || state == CloneState::kFailed);
        },
        StepKind::kBlocked,
        "its clone is not complete; understudy rebuild begins a failed one again"},

    // Promotion: stop acknowledging, apply everything, verify, then open.
    Row{"190 promote-forfeited", primary,
        [](const ReconcileInputs& in) {
            return promotion_forfeited(in.assignment, in.facts, in.memory.opened);
        },
        StepKind::kBlocked,
        "mysqld was started again or reset since it was chosen, and may have dropped what it "
        "received"},
    Row{"200 promote-stop-receiving", primary, receives, StepKind::kStopReceiver,
        "from here on the old primary cannot acknowledge"},
    // Before it applies anything: an applier waits as well.
    Row{"205 alone-waits-off", unacknowledged,
        [](const ReconcileInputs& in) { return in.facts.semi_sync.source_enabled; },
        StepKind::kWaitForAcksOff, "nobody acknowledges"},
    Row{"210 promote-applier-failed", primary,
        [](const ReconcileInputs& in) {
            return undrained(in) && in.facts.replication.applier_error != 0;
        },
        StepKind::kBlocked, "received transactions cannot be applied"},
    Row{"220 promote-start-applier", primary,
        [](const ReconcileInputs& in) {
            return undrained(in) && !in.facts.replication.applier_running;
        },
        StepKind::kStartApplier, "received transactions are not applied yet"},
    Row{"230 promote-drain", primary, undrained, StepKind::kDrain,
        "received transactions are being applied"},
    Row{"240 promote-incomplete", primary,
        [](const ReconcileInputs& in) {
            return in.facts.super_read_only && !in.facts.executed.contains(in.assignment.must_hold);
        },
        StepKind::kBlocked, "transactions of the old primary are missing"},
    Row{"260 lossless-waits-on", lossless,
        [](const ReconcileInputs& in) { return !in.facts.semi_sync.source_enabled; },
        StepKind::kWaitForAcksOn, "commits wait for an acknowledgement"},
    Row{"265 lossless-waits-for-enough", lossless,
        [](const ReconcileInputs& in) {
            return in.facts.semi_sync.acknowledgements != in.assignment.acknowledgements;
        },
        StepKind::kWaitForAcksOn, "commits wait for as many acknowledgements as they should"},
    Row{"266 open-under-lease", leased,
        [](const ReconcileInputs& in) {
            return in.facts.super_read_only && in.lease != LeaseState::kHeld;
        },
        StepKind::kWait, "too few witnesses grant its lease"},
    Row{"268 open-after-lease", primary,
        [](const ReconcileInputs& in) {
            return in.facts.super_read_only && in.assignment.open_after > Millis{0} &&
                   !told_for(in, in.assignment.open_after);
        },
        StepKind::kWait, "the former primary's lease may not have ended yet"},
    Row{"270 open", primary, [](const ReconcileInputs& in) { return in.facts.super_read_only; },
        StepKind::kOpenWrites, "everything received is applied"},
    Row{"275 reopen", primary, [](const ReconcileInputs& in) { return in.facts.closing; },
        StepKind::kOpenWrites, "a fence that was given up still waits"},
    Row{"280 primary-acknowledges-nobody", not_in_sync,
        [](const ReconcileInputs& in) { return in.facts.semi_sync.replica_enabled; },
        StepKind::kAcknowledgeOff, "only replicas in sync, or being admitted, acknowledge", true},
    Row{"290 forget-old-source", primary,
        [](const ReconcileInputs& in) { return in.facts.replication.configured; },
        StepKind::kForgetSource, "a primary follows nobody", true},

    // Following.
    Row{"300 repoint-applier-failed", replica,
        [](const ReconcileInputs& in) {
            return other_source(in) && undrained(in) && in.facts.replication.applier_error != 0;
        },
        StepKind::kBlocked, "received transactions of the former source cannot be applied"},
    Row{"310 repoint-stop-receiving", replica,
        [](const ReconcileInputs& in) { return other_source(in) && receives(in); },
        StepKind::kStopReceiver, "it follows the wrong source"},
    Row{"320 repoint-start-applier", replica,
        [](const ReconcileInputs& in) {
            return other_source(in) && undrained(in) && !in.facts.replication.applier_running;
        },
        StepKind::kStartApplier, "received transactions must be applied before it is re-pointed"},
    Row{"330 repoint-drain", replica,
        [](const ReconcileInputs& in) { return other_source(in) && undrained(in); },
        StepKind::kDrain, "received transactions must be applied before it is re-pointed"},
    Row{"340 follow", replica,
        [](const ReconcileInputs& in) {
            return in.assignment.source && (other_source(in) || !in.facts.replication.configured);
        },
        StepKind::kFollow, "it follows the primary"},
    Row{"350 acknowledge", in_sync,
        [](const ReconcileInputs& in) { return !in.facts.semi_sync.replica_enabled; },
        StepKind::kAcknowledgeOn, "it is being admitted"},
    Row{"360 applier-failed", replica,
        [](const ReconcileInputs& in) { return in.facts.replication.applier_error != 0; },
        StepKind::kBlocked, "the applier stopped with an error"},
    Row{"370 receiver-failed", replica,
        [](const ReconcileInputs& in) {
            return !receives(in) && in.facts.replication.receiver_error != 0 &&
                   in.memory.receiver_retry_at && in.now < *in.memory.receiver_retry_at;
        },
        StepKind::kBlocked, "the receiver failed; it is started again after a pause"},
    Row{"380 stopped-by-hand", replica,
        [](const ReconcileInputs& in) {
            const auto& replication = in.facts.replication;
            return stopped_by_hand(in) && ((!receives(in) && replication.receiver_error == 0) ||
                                           !replication.applier_running);
        },
        StepKind::kBlocked, "replication was stopped by hand; START REPLICA resumes it"},
    Row{"390 start-applier", replica,
        [](const ReconcileInputs& in) { return !in.facts.replication.applier_running; },
        StepKind::kStartApplier, "it applies"},
    Row{"395 start-receiver", replica, [](const ReconcileInputs& in) { return !receives(in); },
        StepKind::kStartReceiver, "it receives"},
    Row{"398 connecting", replica,
        [](const ReconcileInputs& in) {
            return in.facts.replication.receiver == ReceiverState::kConnecting;
        },
        StepKind::kWait, "connecting to its source"},
    Row{"399 ask-again", in_sync,
        [](const ReconcileInputs& in) {
            const auto& asked = in.memory.acknowledging_asked;
            return does_not_acknowledge(in) && (!asked || in.now - *asked > kAskedLongAgo);
        },
        StepKind::kAcknowledgeOn, "it was switched on while the receiver ran, or was not heard"},
    Row{"400 acknowledging", in_sync, does_not_acknowledge, StepKind::kWait,
        "its acknowledgements are not yet asked for"},
};

void add_progress(Step& step, const ReconcileInputs& in) {
    const auto& clone = in.facts.clone;
    const auto number = step.rule.substr(0, 3);
    if (number == "500") step.reason += ": " + progress_text(clone);
    if (number == "560") step.reason += ": " + in.last_start->reason;
    if (number != "570") return;
    if (!in.memory.clone_trouble.empty()) {
        step.reason += ": " + in.memory.clone_trouble;
    } else if (clone.error != 0) {
        step.reason += ": " + clone.error_text;
    }
}

Step step_of(const Row& row, const ReconcileInputs& in) {
    Step step{row.then, row.name, std::string(row.reason), std::nullopt, {}, 1, row.tidies};
    const auto& replication = in.facts.replication;
    if (row.then == StepKind::kWaitForAcksOn) {
        step.acknowledgements = in.assignment.acknowledgements;
    }
    if (row.then == StepKind::kFollow || row.then == StepKind::kClone)
        step.source = in.assignment.source;
    if (row.then == StepKind::kDrain) step.gtids = replication.retrieved;
    if (in.assignment.role == Role::kRebuilding) {
        add_progress(step, in);
    } else if (row.then == StepKind::kBlocked && !replication.error_text.empty()) {
        step.reason += ": " + replication.error_text;
    }
    if (row.name.substr(0, 3) == "240") {
        const auto missing = in.assignment.must_hold.minus(in.facts.executed);
        step.reason += ": " + missing.to_string();
    }
    return step;
}

}  // namespace

std::string_view to_string(StepKind kind) {
    switch (kind) {
        case StepKind::kReached:
            return "reached";
        case StepKind::kWait:
            return "wait";
        case StepKind::kBlocked:
            return "blocked";
        case StepKind::kStopReceiver:
            return "stop receiver";
        case StepKind::kStartReceiver:
            return "start receiver";
        case StepKind::kStartApplier:
            return "start applier";
        case StepKind::kDrain:
            return "drain";
        case StepKind::kFollow:
            return "follow";
        case StepKind::kForgetSource:
            return "forget source";
        case StepKind::kAcknowledgeOn:
            return "acknowledge on";
        case StepKind::kAcknowledgeOff:
            return "acknowledge off";
        case StepKind::kWaitForAcksOn:
            return "wait for acknowledgements on";
        case StepKind::kWaitForAcksOff:
            return "wait for acknowledgements off";
        case StepKind::kClone:
            return "clone";
        case StepKind::kOpenWrites:
            return "open writes";
        case StepKind::kCloseWrites:
            return "close writes";
        case StepKind::kKillSessions:
            return "kill sessions";
        case StepKind::kKillServer:
            return "kill server";
    }
    return "unknown";
}

Step next_step(const ReconcileInputs& inputs) {
    for (const auto& row : rebuild_rows()) {
        if (row.roles(inputs.assignment.role) && row.holds(inputs)) return step_of(row, inputs);
    }
    for (const auto& row : kRows) {
        if (row.roles(inputs.assignment.role) && row.holds(inputs)) return step_of(row, inputs);
    }
    return {};
}

std::vector<ReconcileRow> reconcile_table() {
    std::vector<ReconcileRow> rows;
    rows.reserve(std::size(kRows) + rebuild_rows().size());
    for (const auto& row : kRows) rows.push_back({row.name, row.reason, row.then});
    for (const auto& row : rebuild_rows()) rows.push_back({row.name, row.reason, row.then});
    return rows;
}

}  // namespace understudy::core

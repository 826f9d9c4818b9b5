#include "agent/database_keeper.h"

#include <algorithm>
#include <utility>

#include "wire/json.h"

namespace understudy::agent {

namespace {

using core::Millis;
using core::StepKind;

constexpr Millis kLookAtDatabase{100};  // a settled database
constexpr Millis kLookSoon{10};         // something is under way
constexpr int kStepsAtOnce = 32;
constexpr int kWaitsLookedAtSoon = 30;  // what takes longer is looked at less often

// What a reader of the report has to hear of at once; the rest is only fresher numbers.
bool is_news(const core::HostReport& before, const core::DatabaseFacts& facts,
             const std::optional<core::AppliedAssignment>& applied) {
    return !before.database || !(*before.database == facts) || before.applied != applied;
}

}  // namespace

DatabaseKeeper::DatabaseKeeper(KeeperPolicy policy, const ports::Clock& clock,
                               ports::Database& database, ports::AssignmentStore& assignments,
                               KillServer kill_server, TellRejoin tell_rejoin, ReportBoard& board,
                               NextStep next_step)
    : policy_(policy),
      clock_(clock),
      database_(database),
      assignments_(assignments),
      kill_server_(std::move(kill_server)),
      tell_rejoin_(std::move(tell_rejoin)),
      board_(board),
      next_step_(std::move(next_step)) {}

DatabaseKeeper::Mail DatabaseKeeper::mail() const {
    const std::lock_guard lock(mutex_);
    return mail_;
}

bool DatabaseKeeper::running() const {
    const std::lock_guard lock(mutex_);
    return mail_.running;
}

void DatabaseKeeper::adopt(const Mail& mail) {
    if (mail.incarnation != seen_incarnation_) {
        perhaps_open_ = seen_incarnation_ == 0;  // this agent may have been started beside it
        seen_incarnation_ = mail.incarnation;
        memory_ = {};
        mute_since_.reset();
        applied_.reset();  // the controller confirms what it sees unapplied
        let_in_ = false;
        source_heard_at_.reset();
    }
    if (!mail.held) return;
    const auto& assignment = mail.held->assignment;
    memory_.opened = mail.held->opened;
    const bool fresh = !applied_ || applied_->token != assignment.token;
    if (!fresh) applied_->tied = assignment.incarnation.has_value();
    // A lease runs out also while no controller is heard.
    const bool leased = assignment.role == core::Role::kPrimaryLeased;
    if (!fresh || (!mail.confirmed && !may_open(mail) && !leased)) return;
    applied_ = core::AppliedAssignment{};
    applied_->token = assignment.token;
    applied_->role = assignment.role;
    applied_->tied = assignment.incarnation.has_value();
    applied_->opened = mail.held->opened;
    applied_->marks = mail.marks;
    memory_.assigned_at = clock_.now().monotonic;
}

bool DatabaseKeeper::may_open(const Mail& mail) const {
    return mail.confirmed ||
           clock_.now().monotonic - mail.controller_heard > policy_.confirm_timeout;
}

bool DatabaseKeeper::may_start(const Mail& mail) const {
    const bool commits_orphans = core::starts_with_orphans(*mail.held);
    return may_open(mail) &&
           (!commits_orphans || clock_.now().monotonic - mail.gone_since > policy_.rejoin_timeout);
}

Millis DatabaseKeeper::step() {
    const Mail posted = mail();
    adopt(posted);
    if (!posted.running) return let_start(posted);
    auto facts = database_.observe(observe_deadline());
    if (!facts) return not_answering(posted, facts.error());
    facts->process = core::ProcessState::kRunning;
    facts->incarnation = posted.incarnation;
    facts->answering = true;
    remember(*facts);
    if (hung(*facts)) return kill_server("its write canary stalls");
    return advance(posted, *facts);
}

// With every controller away, what is held counts: mysqld starts as what it was last told to be.
Millis DatabaseKeeper::let_start(const Mail& mail) {
    if (!mail.held || mail.confirmed) return kAsleep;
    if (!may_start(mail)) return kLookLater;
    const std::lock_guard lock(mutex_);
    if (!mail_.running && !mail_.confirmed) tell_rejoin_(core::rejoin_order(*mail_.held));
    return kAsleep;
}

Millis DatabaseKeeper::advance(const Mail& mail, core::DatabaseFacts& facts) {
    if (!mail.held || !applied_) {
        publish(facts);
        return kLookAtDatabase;
    }
    for (int steps = 0; steps < kStepsAtOnce; ++steps) {
        const auto now = clock_.now().monotonic;
        const auto step = next_step_({mail.held->assignment, facts, memory_, policy_.fence_budget,
                                      now, lease_.state(now), last_start()});
        if (step.kind == StepKind::kReached || step.tidies) reached(facts);
        if (step.kind == StepKind::kReached) return kLookAtDatabase;
        if (step.kind == StepKind::kOpenWrites && !may_open(mail)) {
            // A controller that was away and is back takes what it sees applied as told.
            applied_.reset();
            publish(facts);
            return kLookSoon;
        }
        note_step(step, facts);
        if (const auto pause = perform(step, facts); pause > Millis{0}) return pause;
        if (step.kind == StepKind::kOpenWrites) continue;
        auto again = database_.observe(observe_deadline());
        if (!again) return not_answering(mail, again.error());
        again->process = core::ProcessState::kRunning;
        again->incarnation = facts.incarnation;
        again->answering = true;
        facts = std::move(*again);
        remember(facts);
    }
    publish(facts);
    return Millis{0};
}

void DatabaseKeeper::note_step(const core::Step& step, const core::DatabaseFacts& facts) {
    if (step.tidies) return;
    applied_->reached = false;
    applied_->detail = std::string(core::to_string(step.kind)) + ": " + step.reason;
    if (step.kind == StepKind::kOpenWrites) {
        applied_->promotion_point = facts.executed;
        mark("drained");
    }
    if (step.kind == StepKind::kWait || step.kind == StepKind::kBlocked) publish(facts);
}

std::optional<core::LastStart> DatabaseKeeper::last_start() const {
    if (!applied_ || applied_->role != core::Role::kRebuilding) return std::nullopt;
    return board_.current().last_start;
}

Millis DatabaseKeeper::perform(const core::Step& step, core::DatabaseFacts& facts) {
    if (step.kind == StepKind::kWait) {
        return ++waits_ > kWaitsLookedAtSoon ? kLookLater : kLookSoon;
    }
    waits_ = 0;
    if (step.kind == StepKind::kBlocked) return kLookLater;
    if (step.kind == StepKind::kKillServer) return kill_server(step.reason);
    auto done = noted(step);
    if (step.kind == StepKind::kOpenWrites) perhaps_open_ = true;
    if (done) done = database_.perform(step, step_deadline());
    if (step.kind == StepKind::kClone) {
        memory_.clone_retry_at = clock_.now().monotonic + policy_.clone_retry;
        memory_.clone_trouble = done ? "" : core::describe(done.error());
    }
    if (!done) {
        applied_->detail = core::describe(done.error());
        publish(facts);
        return kLookSoon;
    }
    if (step.kind == StepKind::kStopReceiver || step.kind == StepKind::kFollow ||
        step.kind == StepKind::kForgetSource) {
        memory_.replication_started_in = 0;
    }
    if (step.kind == StepKind::kStopReceiver) mark("receiver_stopped");
    if (step.kind == StepKind::kStartReceiver || step.kind == StepKind::kAcknowledgeOn) {
        memory_.acknowledging_asked = source_heard_at_ = clock_.now().monotonic;
    }
    if (step.kind == StepKind::kStartReceiver) {
        memory_.receiver_retry_at = clock_.now().monotonic + policy_.receiver_retry;
    }
    if (step.kind == StepKind::kOpenWrites) {
        mark("opened");
        facts.super_read_only = facts.closing = false;
        canary_written();
    }
    return Millis{0};
}

// A lease leaves no time for a step that takes longer.
Millis DatabaseKeeper::step_deadline() const {
    const auto question = lease_.question();
    return question ? std::min(policy_.step_deadline, question->terms.length / 4)
                    : policy_.step_deadline;
}

// What has to be on disk before such a step.
core::Result<void> DatabaseKeeper::noted(const core::Step& step) {
    if (step.kind == StepKind::kWaitForAcksOff) return note_release();
    if (step.kind == StepKind::kOpenWrites) return note_opening();
    return {};
}

// From here on what nobody acknowledged may be committed: it can no longer be rewound.
core::Result<void> DatabaseKeeper::note_release() {
    const std::lock_guard lock(mutex_);
    if (!mail_.held || !mail_.held->waiting) return {};
    auto released = *mail_.held;
    released.waiting = false;
    return keep(released);
}

// From here on it holds what it was chosen for, whatever its mysqld drops when it starts again.
core::Result<void> DatabaseKeeper::note_opening() {
    const std::lock_guard lock(mutex_);
    const auto& held = mail_.held;
    if (!held || !held->assignment.incarnation || held->opened) return {};
    if (held->assignment.token != applied_->token) {
        return core::failure(core::ErrorCode::kConflict, "open for writes",
                             "this host is told something else meanwhile");
    }
    auto opened = *held;
    opened.opened = true;
    if (auto kept = keep(opened); !kept) return kept;
    memory_.opened = applied_->opened = true;
    return {};
}

core::Result<void> DatabaseKeeper::keep(const core::HeldAssignment& held) {
    if (auto stored = assignments_.store(wire::to_json(held)); !stored) return stored;
    mail_.held = held;
    return {};
}

Millis DatabaseKeeper::reached(const core::DatabaseFacts& facts) {
    if (!applied_->reached) {
        applied_->reached = true;
        applied_->detail.clear();
        if (applied_->role == core::Role::kFenced) mark("fenced");
    }
    writes_expected_ = core::is_primary(applied_->role) && !facts.super_read_only;
    publish(facts);
    return kLookAtDatabase;
}

void DatabaseKeeper::remember(const core::DatabaseFacts& facts) {
    let_in_ = true;
    perhaps_open_ = !facts.super_read_only;
    mute_since_.reset();
    const auto& replication = facts.replication;
    if (replication.receiver == core::ReceiverState::kRunning && replication.applier_running) {
        memory_.replication_started_in = facts.incarnation;
        memory_.receiver_retry_at.reset();
    }
    if (replication.receiver == core::ReceiverState::kRunning) {
        source_heard_at_ = clock_.now().monotonic - replication.source_silent.value_or(Millis{0});
    }
    remember_clone(facts.clone);
    if (facts.super_read_only) writes_expected_ = false;
    const auto& semi_sync = facts.semi_sync;
    if (semi_sync.source_enabled && semi_sync.waiting_sessions > 0) {
        ack_awaited_at_ = clock_.now().monotonic;
    }
}

void DatabaseKeeper::remember_clone(const core::CloneFacts& clone) {
    const auto now = clock_.now().monotonic;
    if (clone.state != clone_seen_.state || clone.bytes != clone_seen_.bytes ||
        clone.begun != clone_seen_.begun) {
        clone_moved_at_ = now;
        clone_seen_ = clone;
    }
    memory_.clone_stalled = now - clone_moved_at_ > policy_.clone_patience;
}

void DatabaseKeeper::mark(const char* name) {
    applied_->marks.push_back({name, clock_.now().wall});
}

void DatabaseKeeper::publish(const core::DatabaseFacts& facts) {
    auto shown = facts;
    if (writes_expected_) shown.canary = canary(facts);
    shown.lease = lease_.facts(clock_.now().monotonic);
    if (shown.replication.receiver == core::ReceiverState::kConnecting && source_heard_at_) {
        shown.replication.source_silent =
            std::chrono::duration_cast<Millis>(clock_.now().monotonic - *source_heard_at_);
    }
    const bool gone = !running();
    board_.publish([&](core::HostReport& report) {
        if (gone) return false;  // server_gone() has said what is true now
        const bool news = is_news(report, shown, applied_);
        report.database = std::move(shown);
        report.applied = applied_;
        report.database_gone_at.reset();
        return news;
    });
}

}  // namespace understudy::agent

// What is posted to the keeper, from any thread.
#include <utility>

#include "agent/database_keeper.h"
#include "wire/json.h"

namespace understudy::agent {

core::Result<void> DatabaseKeeper::load() {
    auto stored = assignments_.load();
    if (!stored) return tl::unexpected<core::Error>(stored.error());
    if (!stored->has_value()) {
        tell_rejoin_(core::RejoinOrder{});
        return {};
    }
    auto held = wire::held_assignment_from_json(**stored);
    if (!held) return tl::unexpected<core::Error>(held.error());
    const auto now = clock_.now().monotonic;
    lease_.resume(held->assignment, now);
    tell_token(held->assignment.token);
    const std::lock_guard lock(mutex_);
    mail_.held = std::move(*held);
    mail_.controller_heard = now;  // controllers get their time to be heard
    return {};
}

core::Result<void> DatabaseKeeper::accept(const core::Assignment& assignment) {
    const auto received = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        if (mail_.held && assignment.token < mail_.held->assignment.token) {
            return core::failure(core::ErrorCode::kConflict, "accept an assignment",
                                 "epoch " + std::to_string(assignment.token.epoch.value) +
                                     " revision " +
                                     std::to_string(assignment.token.revision.value) +
                                     " is lower than what this host already holds");
        }
        if (!mail_.held || !(mail_.held->assignment == assignment)) {
            if (auto done = hold(assignment, received.wall); !done) return done;
        }
        mail_.confirmed = true;
        mail_.controller_heard = received.monotonic;
        // A fence is only the way to a role: what to keep is not known before that.
        if (!mail_.running && assignment.role != core::Role::kFenced) {
            tell_rejoin_(core::rejoin_order(*mail_.held));
        }
    }
    lease_.told(assignment, received.monotonic);
    tell_token(assignment.token);
    wake_();
    return {};
}

// Only once it is stored: whoever reads it counts on no lower one being served any more.
void DatabaseKeeper::tell_token(core::FencingToken token) {
    board_.publish([&token](core::HostReport& report) {
        if (report.database_epoch == token.epoch && report.database_revision == token.revision) {
            return false;
        }
        report.database_epoch = token.epoch;
        report.database_revision = token.revision;
        return true;
    });
}

bool DatabaseKeeper::grants(core::Epoch epoch) const {
    const std::lock_guard lock(mutex_);
    return mail_.held && mail_.held->assignment.token.epoch <= epoch;
}

core::Result<void> DatabaseKeeper::hold(const core::Assignment& assignment,
                                        core::WallTime received) {
    if (auto kept = keep(core::taken_up(mail_.held, assignment)); !kept) return kept;
    mail_.marks = {{"received", received}, {"stored", clock_.now().wall}};
    return {};
}

void DatabaseKeeper::server_started(std::uint64_t incarnation) {
    {
        const std::lock_guard lock(mutex_);
        mail_.running = true;
        mail_.incarnation = incarnation;
        // It was for this start; a later one without an agent must not take it for its own.
        tell_rejoin_(std::nullopt);
    }
    wake_();
}

void DatabaseKeeper::server_gone(core::WallTime noticed) {
    writes_expected_ = false;
    {
        const std::lock_guard lock(mutex_);
        mail_.running = false;
        mail_.confirmed = false;
        mail_.gone_since = clock_.now().monotonic;
        // Never assigned anything: nothing to rewind, nothing to wait for.
        tell_rejoin_(mail_.held ? std::nullopt : std::optional(core::RejoinOrder{}));
    }
    // This is what a failover waits for.
    board_.publish([noticed](core::HostReport& report) {
        report.database_gone_at = noticed;
        if (!report.database) report.database.emplace();
        report.database->process = core::ProcessState::kGone;
        report.database->answering = false;
        report.database->trouble = "mysqld is not running";
        report.applied.reset();  // so that the controller says again what this host is
        return true;
    });
}

void DatabaseKeeper::controller_heard() {
    const std::lock_guard lock(mutex_);
    mail_.controller_heard = clock_.now().monotonic;
}

void DatabaseKeeper::canary_begun() {
    core::MonotonicTime::rep none = 0;
    canary_since_.compare_exchange_strong(none, clock_.now().monotonic.time_since_epoch().count());
}

void DatabaseKeeper::canary_written() { canary_since_ = 0; }

}  // namespace understudy::agent

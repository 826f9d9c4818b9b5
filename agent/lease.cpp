#include "agent/lease.h"

namespace understudy::agent {

namespace {

using core::MonotonicTime;

constexpr MonotonicTime::duration share(core::Millis length, int eighths) {
    return std::chrono::duration_cast<MonotonicTime::duration>(length) * eighths / 8;
}

// The holder stops writing at half of the lease, which leaves it time to close politely, and has
// mysqld killed before the end.
constexpr int kWriteEighths = 4;
constexpr int kClosedEighths = 7;
// After a restart of the agent, from then on.
constexpr int kResumeWriteEighths = 2;
constexpr int kResumeClosedEighths = 4;

}  // namespace

void Lease::told(const core::Assignment& assignment, MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    if (!assignment.lease) {
        question_.reset();
        return;
    }
    if (!question_) {
        enough_at_ = now;
        granted_ = 0;
    }
    question_ = Question{assignment.token.epoch, *assignment.lease};
}

void Lease::resume(const core::Assignment& assignment, MonotonicTime now) {
    told(assignment, now);
    if (!assignment.lease) return;
    const std::lock_guard lock(mutex_);
    write_until_ = now + share(assignment.lease->length, kResumeWriteEighths);
    closed_by_ = now + share(assignment.lease->length, kResumeClosedEighths);
}

std::optional<Lease::Question> Lease::question() const {
    const std::lock_guard lock(mutex_);
    return question_;
}

void Lease::answered(core::Epoch epoch, MonotonicTime asked_at, int granted) {
    const std::lock_guard lock(mutex_);
    if (!question_ || question_->epoch != epoch) return;
    granted_ = granted;
    if (granted < question_->terms.needed) return;
    enough_at_ = asked_at;
    write_until_ = asked_at + share(question_->terms.length, kWriteEighths);
    closed_by_ = asked_at + share(question_->terms.length, kClosedEighths);
}

core::LeaseState Lease::state_at(MonotonicTime now) const {
    if (now < write_until_) return core::LeaseState::kHeld;
    return now < closed_by_ ? core::LeaseState::kShort : core::LeaseState::kOver;
}

core::LeaseState Lease::state(MonotonicTime now) const {
    const std::lock_guard lock(mutex_);
    return state_at(now);
}

core::Millis Lease::left(MonotonicTime now) const {
    const std::lock_guard lock(mutex_);
    return std::chrono::duration_cast<core::Millis>(closed_by_ - now);
}

std::optional<core::LeaseFacts> Lease::facts(MonotonicTime now) const {
    const std::lock_guard lock(mutex_);
    if (!question_) return std::nullopt;
    core::LeaseFacts facts;
    facts.granted = granted_;
    facts.needed = question_->terms.needed;
    facts.held = state_at(now) == core::LeaseState::kHeld;
    if (granted_ < facts.needed) {
        facts.short_for = std::chrono::duration_cast<core::Millis>(now - enough_at_);
    }
    return facts;
}

}  // namespace understudy::agent

// How a mysqld is judged that does not answer, or in which nothing moves: by its canary, and by
// whether it lets anybody in.
#include <algorithm>

#include "agent/database_keeper.h"

namespace understudy::agent {

using core::Millis;

namespace {

constexpr Millis kLeastDeadline{50};

}  // namespace

bool DatabaseKeeper::hung(const core::DatabaseFacts& facts) const {
    const bool replaceable =
        applied_ && core::is_primary(applied_->role) && applied_->role != core::Role::kPrimaryAlone;
    if (!writes_expected_ || !replaceable) return false;
    const auto seen = canary(facts);
    // One answer that is late does not make a stall of the time that it waited for a replica.
    const auto since_answer =
        std::chrono::duration_cast<Millis>(clock_.now().monotonic - ack_awaited_at_);
    return std::min(seen.age, since_answer) > policy_.hang_timeout &&
           !(facts.answering && seen.waits_for_ack);
}

Millis DatabaseKeeper::not_answering(const Mail& mail, const core::Error& error) {
    core::DatabaseFacts facts;
    if (const auto last = board_.current().database) facts = *last;
    if (!running()) return kAsleep;
    facts.process = core::ProcessState::kRunning;
    facts.incarnation = mail.incarnation;
    facts.answering = false;
    facts.trouble = core::describe(error);
    publish(facts);
    if (lease_ran_out(error)) return kill_server("its lease is over, and it does not answer");
    if (shut_out(error)) return kill_server("mysqld lets nobody in");
    return hung(facts) ? kill_server("mysqld has not answered for " +
                                     std::to_string(policy_.hang_timeout.count()) + " ms")
                       : kLookLater;
}

// While a statement waits for its acknowledgement that keeps logins out, neither an agent that lost
// its connections, or was started again, can end the waiting, nor a replica acknowledge: only the
// end of mysqld does. While it starts nothing listens yet, which is another error: timed out means
// that it takes the connection, and goes no further.
bool DatabaseKeeper::shut_out(const core::Error& error) {
    if (error.code != core::ErrorCode::kTimeout) {
        mute_since_.reset();
        return false;
    }
    const auto now = clock_.now().monotonic;
    if (!mute_since_) mute_since_ = now;
    if (!applied_ || applied_->role == core::Role::kDetached) return false;
    const auto mute = now - *mute_since_;
    const bool cannot_be_told = core::is_primary(applied_->role) && !applied_->reached;
    return (cannot_be_told && mute > policy_.hang_timeout) ||
           (!let_in_ && mute > policy_.login_timeout);
}

bool DatabaseKeeper::may_write_under_lease() const {
    return applied_ && applied_->role == core::Role::kPrimaryLeased && perhaps_open_;
}

// One that cannot be closed, as it does not answer, may write on when it does again. While mysqld
// starts nothing listens yet, and it is closed.
bool DatabaseKeeper::lease_ran_out(const core::Error& error) const {
    const bool starts = !let_in_ && error.code == core::ErrorCode::kUnreachable;
    return may_write_under_lease() && !starts &&
           lease_.state(clock_.now().monotonic) == core::LeaseState::kOver;
}

// An answer is not waited for beyond the end of the lease.
Millis DatabaseKeeper::observe_deadline() const {
    if (!may_write_under_lease()) return policy_.observe_deadline;
    return std::clamp(lease_.left(clock_.now().monotonic), kLeastDeadline,
                      policy_.observe_deadline);
}

Millis DatabaseKeeper::kill_server(const std::string& why) {
    const auto killed = kill_server_();
    if (applied_) {
        applied_->detail = "killed mysqld: " + why;
        if (!killed) applied_->detail = core::describe(killed.error());
    }
    return kLookLater;
}

core::CanaryFacts DatabaseKeeper::canary(const core::DatabaseFacts& facts) const {
    const core::MonotonicTime since{std::chrono::microseconds(canary_since_.load())};
    const bool under_way = since != core::MonotonicTime{};
    const auto age =
        under_way ? std::chrono::duration_cast<Millis>(clock_.now().monotonic - since) : Millis{0};
    // Of a server that does not answer nobody knows what its writes wait for.
    const auto& semi_sync = facts.semi_sync;
    return {age, facts.answering && semi_sync.source_enabled && semi_sync.waiting_sessions > 0};
}

}  // namespace understudy::agent

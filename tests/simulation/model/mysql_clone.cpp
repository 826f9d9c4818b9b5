// CLONE INSTANCE, after adapters/mysql/README.md: it empties the server at once, goes piece by
// piece, and waits long for a donor that is gone.
#include "tests/simulation/model/mysql_server.h"

namespace understudy::simulation {

namespace {

constexpr Micros kCloned = 100ms;       // a piece
constexpr Micros kDonorAwaited = 330s;  // by MySQL itself

}  // namespace

void MysqlServer::begin_clone(int donor) {
    if (clone_.state == core::CloneState::kRunning) return;
    clone_ = {};
    clone_.state = core::CloneState::kRunning;
    clone_.begun = std::to_string(engine_.queue.now().count());
    clone_.total_bytes = static_cast<std::uint64_t>(durations.clone / kCloned);
    donor_incarnation_ = peer(donor).incarnation_;
    if (events_.clone_begun) events_.clone_begun(index_, donor);
    hollow_ = true;
    clone_on(donor, 0us);
}

// It goes on when a donor that was out of reach is back, and fails at once when that was started
// again meanwhile.
void MysqlServer::clone_on(int donor, Micros unreached) {
    engine_.queue.after(kCloned, [this, donor, unreached, incarnation = incarnation_] {
        if (incarnation != incarnation_ || !running_) return;
        const auto& source = peer(donor);
        const bool reached = source.running_ && network_.both_ways(index_, donor);
        const bool another =
            reached && (source.hollow_ || source.incarnation_ != donor_incarnation_);
        if (another || unreached > kDonorAwaited) {
            clone_.state = core::CloneState::kFailed;
            clone_.error = 3862;
            return;
        }
        if (!reached) return clone_on(donor, unreached + kCloned);
        if (!frozen_ && source.answers()) ++clone_.bytes;
        if (clone_.bytes < clone_.total_bytes) return clone_on(donor, 0us);
        forget_source();
        clone_from(source);
        clone_.state = core::CloneState::kCompleted;
        if (events_.clone_done) events_.clone_done(index_);
    });
}

void MysqlServer::clone_from(const MysqlServer& source) {
    log_.assign(source.log_.begin(),
                source.log_.begin() + static_cast<std::ptrdiff_t>(source.committed_));
    committed_ = log_.size();
    log_in_use_ = false;
    source_ = source.source_;
    hollow_ = false;
    rotate_log();
    renew_uuid();
    purged_ = logged_;  // its logs begin anew
}

}  // namespace understudy::simulation

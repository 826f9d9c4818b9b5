#include "tests/simulation/site/ports.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace understudy::simulation {

namespace {

using core::ErrorCode;
using core::failure;
using core::Result;
using core::StepKind;

constexpr Micros kPoll = 5ms;
constexpr Micros kBesideAWaitingBeat = 250ms;

int server_at(const std::optional<core::Address>& source) {
    return source ? std::stoi(source->host.substr(2)) : -1;
}

}  // namespace

// The server answers after `time`, or not at all.
Result<void> SimulatedDatabase::reach(Micros time, core::Millis deadline) {
    if (!server_.running()) {
        task_->busy(200us);
        return failure(ErrorCode::kUnreachable, "connect", "no server");
    }
    const bool can_log_in =
        logged_into_ == server_.incarnation() || (server_.answers() && server_.accepts_logins());
    if (!server_.answers() || !can_log_in) {
        task_->busy(deadline);
        return failure(ErrorCode::kTimeout, "ask MySQL", "no answer");
    }
    const auto incarnation = server_.incarnation();
    logged_into_ = incarnation;
    task_->busy(time);
    if (server_.running() && server_.answers() && server_.incarnation() == incarnation) return {};
    return failure(ErrorCode::kUnreachable, "ask MySQL", "the connection is lost");
}

Result<core::DatabaseFacts> SimulatedDatabase::observe(core::Millis deadline) {
    auto reached = reach(server_.durations.observe, deadline);
    if (!reached) return tl::unexpected(reached.error());
    return server_.facts(clock_.now().wall);
}

Result<void> SimulatedDatabase::perform(const core::Step& step, core::Millis deadline) {
    const Micros until = engine_.queue.now() + deadline;
    auto done = reach(server_.durations.step, deadline);
    if (!done) return done;
    if (mishaps_.failure > 0 && engine_.random.chance(mishaps_.failure)) {
        return failure(ErrorCode::kRefused, std::string(to_string(step.kind)), "simulated");
    }
    done = carry_out(step, until);
    if (done && mishaps_.lost_reply > 0 && engine_.random.chance(mishaps_.lost_reply)) {
        return failure(ErrorCode::kTimeout, std::string(to_string(step.kind)), "simulated");
    }
    return done;
}

Result<void> SimulatedDatabase::carry_out(const core::Step& step, Micros until) {
    switch (step.kind) {
        case StepKind::kStopReceiver:
            if (server_.receiver_connects() && engine_.random.chance(0.3)) task_->busy(900ms);
            return change_replication([this] { server_.stop_receiver(); }, until);
        case StepKind::kStartReceiver:
            if (server_.source() < 0) return failure(ErrorCode::kRefused, "start", "no source");
            return change_replication([this] { server_.start_receiver(); }, until);
        case StepKind::kStartApplier:
            return change_replication([this] { server_.start_applier(); }, until);
        case StepKind::kDrain:
            return drain(step, until);
        case StepKind::kFollow:
        case StepKind::kForgetSource: {
            if (auto stopped = stop_applied(until); !stopped) return stopped;
            const int source = server_at(step.source);
            task_->busy(20ms);
            source >= 0 ? server_.follow(source) : server_.forget_source();
            return {};
        }
        case StepKind::kAcknowledgeOn:
        case StepKind::kAcknowledgeOff:
            server_.set_acknowledging(step.kind == StepKind::kAcknowledgeOn);
            if (!server_.receiver_runs()) return {};
            return change_replication([this] { server_.restart_receiver(); }, until);
        case StepKind::kWaitForAcksOn:
            server_.wait_for_acks(step.acknowledgements);
            return {};
        case StepKind::kWaitForAcksOff:
            server_.wait_for_no_acks();
            // The thread that reads acknowledgements polls once a second.
            if (server_.waits_off_lingers()) task_->busy(engine_.random.between(1ms, 990ms));
            return {};
        case StepKind::kClone:
            server_.begin_clone(server_at(step.source));
            return {};
        case StepKind::kOpenWrites:
            server_.open_writes();
            return {};
        case StepKind::kCloseWrites:
            return close(until);
        case StepKind::kKillSessions:
            server_.kill_sessions();
            return {};
        default:
            return failure(ErrorCode::kInvalid, "perform", "not a step of the database");
    }
}

Result<void> SimulatedDatabase::drain(const core::Step& step, Micros until) {
    while (!server_.executed().contains(step.gtids)) {
        if (engine_.queue.now() + kPoll > until) {
            return failure(ErrorCode::kTimeout, "drain", "not everything is applied yet");
        }
        task_->busy(kPoll);
        if (!server_.answers()) return failure(ErrorCode::kUnreachable, "drain", "lost");
    }
    return {};
}

Result<void> SimulatedDatabase::close(Micros until) {
    while (!server_.begin_closing()) {
        if (engine_.queue.now() + kPoll > until) {
            return failure(ErrorCode::kTimeout, "close writes", "it waits behind commits");
        }
        task_->busy(kPoll);
        if (!server_.answers()) return failure(ErrorCode::kUnreachable, "close writes", "lost");
    }
    return {};
}

// Done by the server in its turn, though the caller waits no longer than this.
Result<void> SimulatedDatabase::change_replication(std::function<void()> change, Micros until) {
    if (!server_.replication_stops()) {
        change();
        return {};
    }
    server_.behind_the_stop(std::move(change));
    task_->busy(std::max(until - engine_.queue.now(), Micros{0}));
    return failure(ErrorCode::kTimeout, "change replication", "it waits behind STOP REPLICA");
}

Result<void> SimulatedDatabase::stop_applied(Micros until) {
    if (!server_.stop_replication()) {
        task_->busy(std::max(until - engine_.queue.now(), Micros{0}));
        return failure(ErrorCode::kTimeout, "stop replication", "the applier waits");
    }
    if (!server_.undrained()) return {};
    return failure(ErrorCode::kConflict, "stop replication", "received but not applied");
}

// A beat that waits long is joined by a transaction beside it, whose acknowledgement frees both.
Result<void> SimulatedHeartbeat::beat(core::WallTime, core::Millis deadline) {
    const Micros until = engine_.queue.now() + deadline;
    const auto mine = ++beat_;
    auto outcome = std::make_shared<std::optional<bool>>();
    Micros patience = kBesideAWaitingBeat;
    while (engine_.queue.now() < until) {
        if (!server_.running()) return failure(ErrorCode::kUnreachable, "beat", "no server");
        server_.write(nullptr, false, [this, mine, outcome](bool committed) {
            if (mine != beat_) return;
            *outcome = committed;
            task_->wake();
        });
        const Micros next = std::min(until, engine_.queue.now() + patience);
        while (!outcome->has_value() && engine_.queue.now() < next && server_.running()) {
            task_->wait(next - engine_.queue.now());
        }
        if (outcome->has_value()) break;
        patience *= 4;
    }
    if (*outcome == true) return {};
    return failure(ErrorCode::kTimeout, "beat", "its commit waits");
}

Result<core::LoadBalancerFacts> SimulatedLoadBalancer::observe(core::Millis) {
    task_->busy(500us);
    seen_.reset();
    if (!proxy_.running()) return failure(ErrorCode::kUnreachable, "ask HAProxy", "not running");
    seen_ = proxy_.sight();
    return proxy_.facts();
}

Result<void> SimulatedLoadBalancer::apply(const core::Route& route, core::Millis) {
    task_->busy(1ms);
    if (!proxy_.running()) return failure(ErrorCode::kUnreachable, "steer HAProxy", "not running");
    proxy_.apply(route);
    return {};
}

Result<std::optional<core::Record>> SimulatedStore::load() {
    task_->busy(500us);
    if (mishaps_.failure > 0 && engine_.random.chance(mishaps_.failure)) {
        return failure(ErrorCode::kIo, "load the record", "simulated");
    }
    if (believes_timeouts_ && believed_) return believed_;
    return shared_.load();
}

Result<void> SimulatedStore::compare_and_swap(core::Revision expected, const core::Record& next,
                                              const ports::HistoryEntry& entry) {
    before_write_(next);
    task_->busy(engine_.random.between(500us, 3ms));
    if (mishaps_.failure > 0 && engine_.random.chance(mishaps_.failure)) {
        return failure(ErrorCode::kTimeout, "write the record", "not written");
    }
    auto written = shared_.compare_and_swap(expected, next, entry);
    if (written) on_write_(next, entry);
    task_->busy(500us);
    if (written && mishaps_.lost_reply > 0 && engine_.random.chance(mishaps_.lost_reply)) {
        return failure(ErrorCode::kTimeout, "write the record", "the answer is lost");
    }
    if (written) believed_ = next;
    return written;
}

Result<std::vector<ports::HistoryEntry>> SimulatedStore::history(int limit) {
    return shared_.history(limit);
}

int SimulatedWitnesses::ask(core::Epoch epoch, const std::vector<core::Witness>& witnesses,
                            core::Millis deadline) {
    round_ = std::make_shared<Round>();
    const auto everybody = static_cast<int>(witnesses.size());
    for (const auto& witness : witnesses) {
        ask_(witness.host, epoch,
             [this, round = round_, everybody, host = witness.host](bool granted) {
                 if (!round->heard.insert(host).second) return;  // a connection tells an echo
                 ++round->answered;
                 if (granted) ++round->granted;
                 if (round == round_ && round->answered == everybody) task_->wake();
             });
    }
    const Micros until = engine_.queue.now() + deadline;
    while (round_->answered < everybody && engine_.queue.now() < until) {
        task_->wait(until - engine_.queue.now());
    }
    return std::exchange(round_, nullptr)->granted;
}

}  // namespace understudy::simulation

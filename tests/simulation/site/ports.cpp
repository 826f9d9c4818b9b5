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
            server_.stop_receiver();
            return {};
        case StepKind::kStartReceiver:
            server_.start_receiver();
            return {};
        case StepKind::kStartApplier:
            server_.start_applier();
            return {};
        case StepKind::kDrain:
            return drain(step, until);
        case StepKind::kFollow:
        case StepKind::kForgetSource: {
            if (auto stopped = stop_applied(); !stopped) return stopped;
            const int source = server_at(step.source);
            task_->busy(20ms);
            source >= 0 ? server_.follow(source) : server_.forget_source();
            return {};
        }
        case StepKind::kAcknowledgeOn:
        case StepKind::kAcknowledgeOff:
            server_.acknowledge(step.kind == StepKind::kAcknowledgeOn);
            return {};
        case StepKind::kWaitForAcksOn:
            server_.wait_for_acks(true, step.acknowledgements);
            return {};
        case StepKind::kWaitForAcksOff:
            server_.wait_for_acks(false);
            // The thread that reads acknowledgements polls once a second.
            if (server_.waits_off_lingers()) task_->busy(engine_.random.between(1ms, 990ms));
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

// STOP REPLICA hangs where the applier waits for an acknowledgement.
Result<void> SimulatedDatabase::stop_applied() {
    if (server_.applier_waits()) {
        task_->busy(1s);
        return failure(ErrorCode::kTimeout, "stop replication", "the applier waits");
    }
    server_.stop_receiver();
    server_.stop_applier();
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
    if (!proxy_.running()) return failure(ErrorCode::kUnreachable, "ask HAProxy", "not running");
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

}  // namespace understudy::simulation

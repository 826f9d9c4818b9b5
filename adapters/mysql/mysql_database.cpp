#include "adapters/mysql/mysql_database.h"

#include <algorithm>
#include <array>
#include <utility>

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::Result;
using core::StepKind;
using std::chrono::steady_clock;

constexpr std::string_view kClose = "SET GLOBAL super_read_only = ON";
constexpr int kNoSuchThread = 1094;
constexpr int kNoSuchTable = 1146;
constexpr int kNoSuchDatabase = 1049;
constexpr int kTableDenied = 1142;
constexpr core::Millis kSecondLogin{100};        // an observation waits no longer for it
constexpr std::chrono::seconds kSecondPause{1};  // between vain attempts

Result<void> without_value(const Result<std::vector<Table>>& answer) {
    if (!answer) return tl::unexpected(answer.error());
    return {};
}

void hide(std::string& text, const std::string& secret) {
    if (secret.empty()) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "***");
    }
}

}  // namespace

MySqlDatabase::MySqlDatabase(MySqlLogin login, ReplicationLogin replication,
                             int most_clone_mib_per_second)
    : replication_(std::move(replication)),
      own_{login.user, replication_.user},
      main_(login),
      second_(login),
      third_(std::move(login)),
      most_clone_mib_per_second_(most_clone_mib_per_second) {}

Result<void> MySqlDatabase::ready(Deadline deadline) {
    auto opened = main_.open(deadline);
    if (!opened) return opened;
    if (dialect_of_ == main_.generation()) return {};
    auto answers = main_.query(kAskDialect, deadline);
    if (!answers) return tl::unexpected(answers.error());
    auto dialect = choose_dialect(*answers);
    if (!dialect) return tl::unexpected(dialect.error());
    dialect_ = std::move(*dialect);
    dialect_of_ = main_.generation();
    return {};
}

// Failure is no news: close_writes(), which needs it, reports it.
void MySqlDatabase::keep_second(Deadline deadline) {
    const auto now = steady_clock::now();
    if (second_.busy() || now < second_not_before_) return;
    if (!second_.open(std::min(deadline, now + kSecondLogin))) {
        second_not_before_ = now + kSecondPause;
    }
}

Result<core::DatabaseFacts> MySqlDatabase::observe(core::Millis deadline) {
    const auto until = deadline_in(deadline);
    auto prepared = ready(until);
    if (!prepared) return tl::unexpected(prepared.error());
    auto answers = main_.query(dialect_.observe(), until);
    if (!answers) return tl::unexpected(answers.error());
    auto seen = read_observation(dialect_, own_, *answers);
    if (!seen) return tl::unexpected(seen.error());
    closing_ = seen->facts.closing;
    auto& replication = seen->facts.replication;
    if (replication.configured && seen->source_server_id != 0) {
        auto lag = lag_seconds(seen->source_server_id, until);
        if (!lag) return tl::unexpected(lag.error());
        replication.lag_seconds = *lag;
    }
    keep_second(until);
    return std::move(seen->facts);
}

Result<std::optional<double>> MySqlDatabase::lag_seconds(std::uint32_t source_server_id,
                                                         Deadline deadline) {
    auto answer = main_.query(
        "SELECT TIMESTAMPDIFF(MICROSECOND, ts, UTC_TIMESTAMP(6)) AS lag_us "
        "FROM understudy.heartbeat WHERE server_id = " +
            std::to_string(source_server_id),
        deadline);
    if (!answer) {
        const auto number = answer.error().number;
        const bool absent = number == kNoSuchTable || number == kNoSuchDatabase;
        if (absent || number == kTableDenied) return std::nullopt;
        return tl::unexpected(answer.error());
    }
    const auto lag_us = answer->front().number(0, "lag_us");
    if (!lag_us) return std::nullopt;
    return std::max(0.0, static_cast<double>(*lag_us) / 1e6);
}

Result<void> MySqlDatabase::perform(const core::Step& step, core::Millis deadline) {
    const auto until = deadline_in(deadline);
    auto done = ready(until);
    if (done) done = carry_out(step, until);
    if (done) return done;
    auto error = done.error();
    error.operation = core::to_string(step.kind);
    hide(error.detail, replication_.password);
    return tl::unexpected(error);
}

Result<void> MySqlDatabase::carry_out(const core::Step& step, Deadline deadline) {
    switch (step.kind) {
        case StepKind::kStopReceiver:
            return run("STOP REPLICA IO_THREAD", deadline);
        case StepKind::kStartReceiver:
            return run("START REPLICA IO_THREAD", deadline);
        case StepKind::kStartApplier:
            return run("START REPLICA SQL_THREAD", deadline);
        case StepKind::kDrain:
            return drain(step.gtids, deadline);
        case StepKind::kFollow:
            return follow(step.source.value_or(core::Address{}), deadline);
        case StepKind::kForgetSource:
            return forget_source(deadline);
        case StepKind::kAcknowledgeOn:
            return acknowledge("ON", deadline);
        case StepKind::kAcknowledgeOff:
            return acknowledge("OFF", deadline);
        case StepKind::kWaitForAcksOn:
            return run(dialect_.wait_for_acks_on(step.acknowledgements), deadline);
        case StepKind::kWaitForAcksOff:
            return run(dialect_.wait_for_acks_off(), deadline);
        case StepKind::kOpenWrites:
            return open_writes(deadline);
        case StepKind::kCloseWrites:
            return close_writes(deadline);
        case StepKind::kKillSessions:
            return kill_sessions(deadline);
        case StepKind::kClone:
            return clone(step.source.value_or(core::Address{}), deadline);
        case StepKind::kReached:
        case StepKind::kWait:
        case StepKind::kBlocked:
        case StepKind::kKillServer:
            break;
    }
    return core::failure(ErrorCode::kInvalid, {}, "not a step of the database");
}

Result<void> MySqlDatabase::run(std::string_view sql, Deadline deadline) {
    return without_value(main_.query(sql, deadline));
}

Result<void> MySqlDatabase::drain(const core::GtidSet& gtids, Deadline deadline) {
    // The server gives up a little before us, so that the connection survives a drain in vain.
    const auto left = std::max(deadline - steady_clock::now(), steady_clock::duration::zero());
    const auto seconds = std::chrono::duration<double>(left).count() * 0.9;
    auto answer = main_.query("SELECT WAIT_FOR_EXECUTED_GTID_SET(" + sql_quoted(gtids.to_string()) +
                                  ", " + std::to_string(seconds) + ") AS timed_out",
                              deadline);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->front().number(0, "timed_out") == 0) return {};
    return core::failure(ErrorCode::kTimeout, {}, "not everything received is applied yet");
}

// Stops both threads; kConflict when something received is not applied, which re-pointing purges.
Result<void> MySqlDatabase::stop_applied(Deadline deadline) {
    auto answers = main_.query("STOP REPLICA; " + dialect_.observe(), deadline);
    if (!answers) return tl::unexpected(answers.error());
    auto seen = read_observation(dialect_, own_, {std::next(answers->begin()), answers->end()});
    if (!seen) return tl::unexpected(seen.error());
    const auto missing = seen->facts.replication.retrieved.minus(seen->facts.executed);
    if (missing.empty()) return {};
    return core::failure(ErrorCode::kConflict, {},
                         "received but not applied: " + missing.to_string());
}

Result<void> MySqlDatabase::follow(const core::Address& source, Deadline deadline) {
    auto stopped = stop_applied(deadline);
    if (!stopped) return stopped;
    return run(follow_statement(source, replication_), deadline);
}

Result<void> MySqlDatabase::forget_source(Deadline deadline) {
    auto stopped = stop_applied(deadline);
    if (!stopped) return stopped;
    return run("RESET REPLICA ALL", deadline);
}

// The receiver learns of the change only when it connects.
Result<void> MySqlDatabase::acknowledge(std::string_view on_or_off, Deadline deadline) {
    auto answers =
        main_.query(dialect_.acknowledge(on_or_off) + "; " + dialect_.observe(), deadline);
    if (!answers) return tl::unexpected(answers.error());
    auto seen = read_observation(dialect_, own_, {std::next(answers->begin()), answers->end()});
    if (!seen) return tl::unexpected(seen.error());
    if (seen->facts.replication.receiver == core::ReceiverState::kStopped) return {};
    return run("STOP REPLICA IO_THREAD; START REPLICA IO_THREAD", deadline);
}

Result<void> MySqlDatabase::open_writes(Deadline deadline) {
    if (second_.busy()) {
        auto killed = run("KILL " + std::to_string(second_.server_id()), deadline);
        if (!killed && killed.error().number != kNoSuchThread) return killed;
        second_.drop();
    } else if (closing_) {
        if (auto given_up = give_up_closing(deadline); !given_up) return given_up;
    }
    return run("SET GLOBAL read_only = OFF", deadline);
}

// A statement of an agent that was here before goes on after its connection's end.
Result<void> MySqlDatabase::give_up_closing(Deadline deadline) {
    auto left = main_.query("SELECT ID FROM performance_schema.processlist WHERE USER = " +
                                sql_quoted(own_.agent) + " AND INFO = " + sql_quoted(kClose),
                            deadline);
    if (!left) return tl::unexpected(left.error());
    for (std::size_t row = 0; row < left->front().rows.size(); ++row) {
        const auto id = left->front().text(row, "ID").value_or("0");
        auto killed = run("KILL " + id, deadline);
        if (!killed && killed.error().number != kNoSuchThread) return killed;
    }
    return {};
}

Result<void> MySqlDatabase::close_writes(Deadline deadline) {
    if (!second_.busy()) {
        auto begun = second_.begin(kClose, deadline);
        if (!begun) return begun;
    }
    auto ended = second_.await(deadline);
    if (!ended) return tl::unexpected(ended.error());
    if (*ended) return {};
    return core::failure(ErrorCode::kTimeout, {}, "it waits behind commits that are under way");
}

Result<void> MySqlDatabase::kill_sessions(Deadline deadline) {
    auto processes = main_.query("SHOW PROCESSLIST", deadline);
    if (!processes) return tl::unexpected(processes.error());
    Result<void> outcome;
    for (const auto id : client_session_ids(processes->front(), own_)) {
        auto killed = run("KILL " + std::to_string(id), deadline);
        if (killed || killed.error().number == kNoSuchThread) continue;
        outcome = killed;
        if (killed.error().code != ErrorCode::kRefused) break;
    }
    return outcome;
}

// Begun here, it goes on by itself; a short wait tells whether it is refused at once.
// What an earlier one ended with is in its facts.
Result<void> MySqlDatabase::clone(const core::Address& donor, Deadline deadline) {
    constexpr core::Millis kRefusedWithin{300};
    if (third_.busy()) {
        auto ended = third_.await(steady_clock::now() + kRefusedWithin);
        if (ended && !*ended) return {};
    }
    auto prepared = run(prepare_clone(donor, replication_, most_clone_mib_per_second_), deadline);
    if (prepared) prepared = third_.open(deadline);
    if (prepared) prepared = third_.begin(clone_statement(donor, replication_), deadline);
    if (!prepared) return prepared;
    auto ended = third_.await(std::min(deadline, steady_clock::now() + kRefusedWithin));
    return ended ? Result<void>{} : Result<void>(tl::unexpected(ended.error()));
}

}  // namespace understudy::adapters

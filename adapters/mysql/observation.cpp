#include "adapters/mysql/observation.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace understudy::adapters {

namespace {

constexpr auto kOperation = "read the state of MySQL";

enum Answer : std::size_t {
    kVariables,
    kStatus,
    kProcesses,
    kReplication,
    kSilence,
    kAnswers,
    kClone = kAnswers,  // the last two only with the clone plugin
    kCloneProgress,
    kAnswersWithClone
};

core::Result<core::GtidSet> gtid_set(const Table& table, std::size_t row, std::string_view column) {
    const auto text = table.text(row, column);
    if (!text) {
        return core::failure(core::ErrorCode::kInvalid, kOperation,
                             "no column " + std::string(column));
    }
    return core::GtidSet::parse(*text);
}

core::ReceiverState receiver_state(std::string_view text) {
    if (text == "Yes") return core::ReceiverState::kRunning;
    return text == "Connecting" ? core::ReceiverState::kConnecting : core::ReceiverState::kStopped;
}

// The default channel's row: others (of group replication, say) are not ours.
std::optional<std::size_t> default_channel(const Table& replication) {
    for (std::size_t row = 0; row < replication.rows.size(); ++row) {
        if (replication.text(row, "Channel_Name").value_or("").empty()) return row;
    }
    return std::nullopt;
}

core::Result<core::ReplicationFacts> replication_facts(const Table& status, std::size_t row,
                                                       const Table& silence) {
    core::ReplicationFacts facts;
    auto retrieved = gtid_set(status, row, "Retrieved_Gtid_Set");
    if (!retrieved) return tl::unexpected(retrieved.error());
    facts.configured = true;
    facts.retrieved = std::move(*retrieved);
    facts.source_host = status.text(row, "Source_Host").value_or("");
    facts.source_port = static_cast<std::uint16_t>(status.number(row, "Source_Port").value_or(0));
    facts.receiver = receiver_state(status.text(row, "Replica_IO_Running").value_or(""));
    facts.applier_running = status.text(row, "Replica_SQL_Running") == "Yes";
    facts.receiver_error = static_cast<int>(status.number(row, "Last_IO_Errno").value_or(0));
    facts.applier_error = static_cast<int>(status.number(row, "Last_SQL_Errno").value_or(0));
    const auto* const text = facts.applier_error != 0 ? "Last_SQL_Error" : "Last_IO_Error";
    facts.error_text = status.text(row, text).value_or("");
    if (const auto silent_us = silence.number(0, "silent_us")) {
        facts.source_silent = core::Millis(std::max<std::int64_t>(*silent_us, 0) / 1000);
    }
    return facts;
}

core::CloneFacts clone_facts(const Table& status, const Table& progress) {
    core::CloneFacts facts;
    const auto state = status.text(0, "state").value_or("");
    facts.error = static_cast<int>(status.number(0, "error").value_or(0));
    // One that a crash cut short stays "In Progress", with an error.
    if (state == "In Progress") facts.state = core::CloneState::kRunning;
    if (state == "Completed") facts.state = core::CloneState::kCompleted;
    if (state == "Failed" || (facts.state == core::CloneState::kRunning && facts.error != 0)) {
        facts.state = core::CloneState::kFailed;
    }
    if (facts.state == core::CloneState::kNone) return facts;
    const auto bytes = [&progress](std::string_view column) {
        const auto number = progress.number(0, column).value_or(0);
        return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0));
    };
    facts.begun = status.text(0, "begun").value_or("");
    facts.error_text = status.text(0, "text").value_or("");
    facts.bytes = bytes("done");
    // MySQL's estimate stays what it was, a little above or below what then came.
    facts.total_bytes = facts.state == core::CloneState::kCompleted ? facts.bytes : bytes("total");
    if (facts.state == core::CloneState::kRunning) facts.bytes_per_second = bytes("speed");
    return facts;
}

int status_number(const std::map<std::string, std::string>& status, std::string_view suffix) {
    for (const auto& [name, value] : status) {
        if (name.ends_with(suffix)) return std::atoi(value.c_str());
    }
    return 0;
}

core::SemiSyncFacts semi_sync_facts(const Table& variables, const Table& status) {
    const auto values = status.as_map();
    core::SemiSyncFacts facts;
    facts.source_enabled = variables.is_on(0, "source_enabled");
    facts.replica_enabled = variables.is_on(0, "replica_enabled");
    facts.acknowledgements = static_cast<int>(variables.number(0, "acknowledgements").value_or(1));
    facts.source_clients = status_number(values, "_clients");
    facts.waiting_sessions = status_number(values, "_wait_sessions");
    for (const auto* name : {"Rpl_semi_sync_replica_status", "Rpl_semi_sync_slave_status"}) {
        const auto found = values.find(name);
        facts.replica_active |= found != values.end() && found->second == "ON";
    }
    return facts;
}

bool waits_for_acknowledgement(const Table& processes, std::size_t row) {
    return processes.text(row, "State").value_or("").starts_with("Waiting for semi-sync ACK");
}

bool is_client(const Table& processes, std::size_t row, const OwnAccounts& own) {
    constexpr std::array<std::string_view, 4> kNobodys{"event_scheduler", "system user",
                                                       "unauthenticated user", "mysql.session"};
    constexpr std::array<std::string_view, 4> kNotCommands{"Binlog Dump", "Binlog Dump GTID",
                                                           "Daemon", "Killed"};
    const auto user = processes.text(row, "User").value_or("");
    const auto command = processes.text(row, "Command").value_or("");
    return user != own.agent && user != own.replication &&
           std::find(kNobodys.begin(), kNobodys.end(), user) == kNobodys.end() &&
           std::find(kNotCommands.begin(), kNotCommands.end(), command) == kNotCommands.end();
}

}  // namespace

std::vector<std::uint64_t> client_session_ids(const Table& processes, const OwnAccounts& own) {
    std::vector<std::uint64_t> ids;
    std::vector<std::uint64_t> waiting;
    for (std::size_t row = 0; row < processes.rows.size(); ++row) {
        const auto id = processes.number(row, "Id");
        if (!id || !is_client(processes, row, own)) continue;
        auto& list = waits_for_acknowledgement(processes, row) ? waiting : ids;
        list.push_back(static_cast<std::uint64_t>(*id));
    }
    ids.insert(ids.end(), waiting.begin(), waiting.end());
    return ids;
}

core::Result<Observation> read_observation(const Dialect& dialect, const OwnAccounts& own,
                                           const std::vector<Table>& answers) {
    if (answers.size() != (dialect.clones ? kAnswersWithClone : kAnswers)) {
        return core::failure(core::ErrorCode::kInvalid, kOperation,
                             std::to_string(answers.size()) + " results");
    }
    const auto& variables = answers[kVariables];
    auto executed = gtid_set(variables, 0, "executed");
    if (!executed) return tl::unexpected(executed.error());

    Observation seen;
    auto& facts = seen.facts;
    facts.answering = true;
    facts.version = dialect.version;
    facts.server_uuid = variables.text(0, "uuid").value_or("");
    facts.executed = std::move(*executed);
    // While SET GLOBAL super_read_only = ON still waits for commits under way, 9.7 shows
    // super_read_only already on and read_only still off.
    const bool read_only = variables.is_on(0, "read_only");
    facts.super_read_only = variables.is_on(0, "super_read_only") && read_only;
    facts.closing = variables.is_on(0, "super_read_only") && !read_only;
    facts.semi_sync = semi_sync_facts(variables, answers[kStatus]);
    facts.client_sessions = static_cast<int>(client_session_ids(answers[kProcesses], own).size());
    if (dialect.clones) facts.clone = clone_facts(answers[kClone], answers[kCloneProgress]);
    if (const auto row = default_channel(answers[kReplication])) {
        const auto& status = answers[kReplication];
        auto replication = replication_facts(status, *row, answers[kSilence]);
        if (!replication) return tl::unexpected(replication.error());
        facts.replication = std::move(*replication);
        seen.source_server_id =
            static_cast<std::uint32_t>(status.number(*row, "Source_Server_Id").value_or(0));
    }
    return seen;
}

}  // namespace understudy::adapters

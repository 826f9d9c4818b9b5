#include "adapters/mysql/dialect.h"

#include <array>
#include <charconv>

#include "adapters/mysql/connection.h"

namespace understudy::adapters {

namespace {

constexpr int kOldestVersion = 80026;

struct SourceRow {
    std::string_view prefix;
    std::string_view no_replica;
    std::string_view count;
};

constexpr std::array kSourceRows{
    SourceRow{"rpl_semi_sync_source", "rpl_semi_sync_source_wait_no_replica",
              "rpl_semi_sync_source_wait_for_replica_count"},
    SourceRow{"rpl_semi_sync_master", "rpl_semi_sync_master_wait_no_slave",
              "rpl_semi_sync_master_wait_for_slave_count"},
};
constexpr std::array<std::string_view, 2> kReplicaRows{"rpl_semi_sync_replica",
                                                       "rpl_semi_sync_slave"};

constexpr std::string_view kServerState =
    "SELECT @@server_uuid AS uuid, @@global.gtid_executed AS executed, "
    "@@global.super_read_only AS super_read_only, @@global.read_only AS read_only, ";
constexpr std::string_view kRest =
    "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM performance_schema.global_status "
    "WHERE VARIABLE_NAME LIKE 'Rpl\\_semi\\_sync\\_%'; "
    "SHOW PROCESSLIST; SHOW REPLICA STATUS; "
    "SELECT TIMESTAMPDIFF(MICROSECOND, GREATEST(LAST_HEARTBEAT_TIMESTAMP, "
    "LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP), NOW(6)) AS silent_us "
    "FROM performance_schema.replication_connection_status WHERE CHANNEL_NAME = ''";

// The tables are there only with the plugin. Network and data are counted apart; the greater is
// what is copied.
constexpr std::string_view kCloneState =
    "; SELECT STATE AS state, BEGIN_TIME AS begun, ERROR_NO AS error, ERROR_MESSAGE AS text "
    "FROM performance_schema.clone_status WHERE ID = 1; "
    "SELECT SUM(ESTIMATE) AS total, SUM(DATA) AS done, SUM(DATA_SPEED) AS speed "
    "FROM performance_schema.clone_progress WHERE ID = 1";

// 9.7.4-2 → 90704; 0 for what is not a version.
int version_number(std::string_view text) {
    int number = 0;
    for (int part = 0; part < 3; ++part) {
        int value = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
        if (parsed.ec != std::errc{}) return 0;
        number = number * 100 + value;
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
        if (!text.empty() && text.front() == '.') text.remove_prefix(1);
    }
    return number;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts) text += part;
    return text;
}

}  // namespace

core::Result<Dialect> choose_dialect(const std::vector<Table>& answers) {
    constexpr auto kOperation = "choose the SQL for this server";
    if (answers.size() < 2) {
        return core::failure(core::ErrorCode::kInvalid, kOperation, "two results expected");
    }
    Dialect dialect;
    dialect.version = answers[0].text(0, "version").value_or("");
    if (dialect.version.find("MariaDB") != std::string::npos) {
        return core::failure(core::ErrorCode::kRefused, kOperation,
                             "this is MariaDB (" + dialect.version +
                                 "), which is not supported yet: its GTIDs and its replication "
                                 "are not MySQL's");
    }
    if (version_number(dialect.version) < kOldestVersion) {
        return core::failure(core::ErrorCode::kRefused, kOperation,
                             "MySQL 8.0.26 or newer is needed, this is " + dialect.version);
    }
    const auto present = answers[1].as_map();
    for (const auto& row : kSourceRows) {
        if (dialect.semi_sync.source.empty() &&
            present.contains(joined({row.prefix, "_enabled"}))) {
            dialect.semi_sync.source = row.prefix;
            dialect.semi_sync.no_replica = row.no_replica;
            dialect.semi_sync.count = row.count;
        }
    }
    for (const auto prefix : kReplicaRows) {
        if (dialect.semi_sync.replica.empty() && present.contains(joined({prefix, "_enabled"}))) {
            dialect.semi_sync.replica = prefix;
        }
    }
    dialect.clones = answers.size() > 2 && !answers[2].rows.empty();
    return dialect;
}

std::string Dialect::observe() const {
    const auto variable = [](std::string_view prefix) {
        return prefix.empty() ? std::string("0") : joined({"@@global.", prefix, "_enabled"});
    };
    const auto count =
        semi_sync.count.empty() ? std::string("1") : joined({"@@global.", semi_sync.count});
    return joined({kServerState, variable(semi_sync.source), " AS source_enabled, ", count,
                   " AS acknowledgements, ", variable(semi_sync.replica), " AS replica_enabled; ",
                   kRest, clones ? kCloneState : ""});
}

std::string Dialect::wait_for_acks_on(int acknowledgements) const {
    const auto source = semi_sync.source;
    return joined({"SET GLOBAL ", source, "_timeout = 4294967295, GLOBAL ", source,
                   "_wait_point = AFTER_SYNC, GLOBAL ", semi_sync.no_replica, " = ON, GLOBAL ",
                   semi_sync.count, " = ", std::to_string(acknowledgements), ", GLOBAL ", source,
                   "_enabled = ON"});
}

std::string Dialect::wait_for_acks_off() const {
    return joined({"SET GLOBAL ", semi_sync.source, "_enabled = OFF"});
}

std::string Dialect::acknowledge(std::string_view on_or_off) const {
    return joined({"SET GLOBAL ", semi_sync.replica, "_enabled = ", on_or_off});
}

std::string follow_statement(const core::Address& source, const ReplicationLogin& login) {
    const auto port = std::to_string(source.port);
    return joined({"CHANGE REPLICATION SOURCE TO SOURCE_HOST = ", sql_quoted(source.host),
                   ", SOURCE_PORT = ", port, ", SOURCE_USER = ", sql_quoted(login.user),
                   ", SOURCE_PASSWORD = ", sql_quoted(login.password), ", SOURCE_AUTO_POSITION = 1",
                   ", SOURCE_SSL = 1, SOURCE_SSL_CA = ", sql_quoted(login.ca_file),
                   ", SOURCE_SSL_VERIFY_SERVER_CERT = 1, SOURCE_HEARTBEAT_PERIOD = 0.25",
                   ", SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 0"});
}

std::string prepare_clone(const core::Address& donor, const ReplicationLogin& login,
                          int most_mib_per_second) {
    constexpr std::string_view kOpenToAdministrators =
        "STOP REPLICA; SET GLOBAL super_read_only = OFF, GLOBAL read_only = ON, ";
    return joined({kOpenToAdministrators, "GLOBAL clone_valid_donor_list = ",
                   sql_quoted(donor.host + ":" + std::to_string(donor.port)),
                   ", GLOBAL clone_ssl_ca = ", sql_quoted(login.ca_file),
                   ", GLOBAL clone_max_data_bandwidth = ", std::to_string(most_mib_per_second)});
}

std::string clone_statement(const core::Address& donor, const ReplicationLogin& login) {
    return joined({"CLONE INSTANCE FROM ", sql_quoted(login.user), "@", sql_quoted(donor.host), ":",
                   std::to_string(donor.port), " IDENTIFIED BY ", sql_quoted(login.password),
                   " REQUIRE SSL"});
}

}  // namespace understudy::adapters

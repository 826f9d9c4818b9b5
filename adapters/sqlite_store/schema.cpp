#include "adapters/sqlite_store/schema.h"

#include <sqlite3.h>

namespace understudy::adapters::sqlite {

namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr const char* kApplicationId = "1431193684";  // "UNDT"
constexpr const char* kVersion = "1";
constexpr int kLogBytes = 2 << 20;

constexpr const char* kTables = R"(
    BEGIN IMMEDIATE;
    CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        revision INTEGER NOT NULL,
        content TEXT NOT NULL
    );
    CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_us INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        rule TEXT NOT NULL,
        reason TEXT NOT NULL,
        kind TEXT NOT NULL,
        event INTEGER NOT NULL,
        detail TEXT NOT NULL
    );
    CREATE INDEX history_events ON history (id) WHERE event = 1;
    CREATE TABLE padding (content BLOB NOT NULL);
)";

Result<void> create_tables(Connection& connection) {
    return connection.execute(std::string(kTables) + "PRAGMA application_id = " + kApplicationId +
                              "; PRAGMA user_version = " + kVersion + "; COMMIT;");
}

}  // namespace

Result<void> prepare_schema(Connection& connection) {
    const auto check = connection.value_of("PRAGMA quick_check(1)");
    if (!check) return tl::unexpected(check.error());
    if (*check != "ok") {
        return failure(ErrorCode::kInvalid, "check store",
                       "corrupted: " + *check + "; move it away and restore a copy");
    }
    const auto tables = connection.value_of("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tl::unexpected(tables.error());
    if (*tables == "0") return create_tables(connection);
    const auto application = connection.value_of("PRAGMA application_id");
    const auto version = connection.value_of("PRAGMA user_version");
    if (!application || *application != kApplicationId) {
        return failure(ErrorCode::kInvalid, "check store", "another program's database");
    }
    if (!version || *version != kVersion) {
        return failure(ErrorCode::kInvalid, "check store",
                       "schema version " + version.value_or("unknown") + ", this program knows " +
                           kVersion + "; use the program that made it");
    }
    return {};
}

Result<void> tune_for_commits(Connection& connection) {
    int persist = 1;
    sqlite3_file_control(connection.handle(), nullptr, SQLITE_FCNTL_PERSIST_WAL, &persist);
    return connection.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1500;"
        "PRAGMA journal_size_limit = -1;");
}

Result<void> lengthen_log(Connection& connection) {
    return connection.execute("INSERT INTO padding VALUES (zeroblob(" + std::to_string(kLogBytes) +
                              ")); DELETE FROM padding; PRAGMA wal_checkpoint(RESTART);");
}

}  // namespace understudy::adapters::sqlite

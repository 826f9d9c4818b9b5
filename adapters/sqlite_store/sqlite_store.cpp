#include "adapters/sqlite_store/sqlite_store.h"

#include <sqlite3.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "adapters/sqlite_store/connection.h"
#include "adapters/sqlite_store/schema.h"
#include "wire/json.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::failure;
using core::Millis;
using core::Result;
using ports::HistoryEntry;
using sqlite::Connection;
using sqlite::Statement;

constexpr Millis kBusyTimeout{500};
constexpr std::uint64_t kHistoryKept = 10'000;
constexpr std::uint64_t kTrimEvery = 100;
// Half of what the log was made long for, at about five pages a commit.
constexpr int kCommitsPerCheckpoint = 50;

constexpr const char* kEntryColumns =
    "SELECT id, at_us, epoch, rule, reason, kind, event, detail FROM history ";

constexpr const char* kAppend =
    "INSERT INTO history (at_us, epoch, revision, rule, reason, kind, event, detail) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

HistoryEntry entry_of(const Statement& row) {
    HistoryEntry entry;
    entry.id = row.natural(0);
    entry.at = core::WallTime(std::chrono::microseconds(row.integer(1)));
    entry.epoch = {row.natural(2)};
    entry.rule = row.text(3);
    entry.reason = row.text(4);
    entry.kind = row.text(5);
    entry.event = row.integer(6) != 0;
    entry.detail_json = row.text(7);
    return entry;
}

}  // namespace

// Moves the log's content into the database file, on a thread of its own.
class Checkpointer {
  public:
    explicit Checkpointer(Connection connection)
        : connection_(std::move(connection)),
          thread_([this](const std::stop_token& stop) { run(stop); }) {}

    void committed() {
        const std::lock_guard lock(mutex_);
        if (++commits_ >= kCommitsPerCheckpoint) due_.notify_one();
    }

  private:
    void run(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (due_.wait(lock, stop, [this] { return commits_ >= kCommitsPerCheckpoint; })) {
            commits_ = 0;
            lock.unlock();
            // What a reader hinders now is moved the next time; the log only grows meanwhile.
            sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                      nullptr, nullptr);
            lock.lock();
        }
    }

    Connection connection_;
    std::mutex mutex_;
    std::condition_variable_any due_;
    int commits_ = 0;
    std::jthread thread_;
};

struct Statements {
    Statement begin;
    Statement commit;
    Statement rollback;
    Statement load;
    Statement revision;
    Statement write;
    Statement append;
    Statement trim;

    static Result<Statements> prepare(Connection& connection);
};

Result<Statements> Statements::prepare(Connection& connection) {
    const char* const texts[] = {"BEGIN IMMEDIATE",
                                 "COMMIT",
                                 "ROLLBACK",
                                 "SELECT content FROM record WHERE only = 1",
                                 "SELECT revision FROM record WHERE only = 1",
                                 "INSERT OR REPLACE INTO record VALUES (1, ?1, ?2)",
                                 kAppend,
                                 "DELETE FROM history WHERE id <= ?1"};
    std::vector<Statement> made;
    for (const char* text : texts) {
        auto statement = Statement::prepare(connection, text);
        if (!statement) return tl::unexpected(statement.error());
        made.push_back(std::move(*statement));
    }
    return Statements{std::move(made[0]), std::move(made[1]), std::move(made[2]),
                      std::move(made[3]), std::move(made[4]), std::move(made[5]),
                      std::move(made[6]), std::move(made[7])};
}

namespace {

// Performs a statement that gives no row.
Result<void> run(Statement& statement, const char* operation) {
    const auto stepped = statement.step(operation);
    statement.reset();
    if (!stepped) return tl::unexpected(stepped.error());
    return {};
}

}  // namespace

struct SqliteStore::Implementation {
    Implementation(Connection to_write, Connection to_read, Connection to_checkpoint)
        : writer(std::move(to_write)),
          reader(std::move(to_read)),
          checkpointer(std::move(to_checkpoint)) {}

    Result<void> write(core::Revision expected, const core::Record& next,
                       const HistoryEntry& entry);
    Result<core::Revision> stored_revision();
    Result<void> append(const core::Record& next, const HistoryEntry& entry);
    Result<std::vector<HistoryEntry>> read(const std::string& sql, std::uint64_t first, int limit);

    Connection writer;
    std::optional<Statements> statements;
    std::mutex reading;
    Connection reader;
    Checkpointer checkpointer;
};

SqliteStore::SqliteStore(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& file) {
    auto writer = Connection::open(file, kBusyTimeout);
    if (!writer) return tl::unexpected(writer.error());
    for (const auto step :
         {sqlite::tune_for_commits, sqlite::prepare_schema, sqlite::lengthen_log}) {
        if (auto done = step(*writer); !done) return tl::unexpected(done.error());
    }
    auto reader = Connection::open(file, kBusyTimeout);
    if (!reader) return tl::unexpected(reader.error());
    auto checkpointer = Connection::open(file, kBusyTimeout);
    if (!checkpointer) return tl::unexpected(checkpointer.error());
    auto implementation = std::make_unique<Implementation>(std::move(*writer), std::move(*reader),
                                                           std::move(*checkpointer));
    auto statements = Statements::prepare(implementation->writer);
    if (!statements) return tl::unexpected(statements.error());
    implementation->statements.emplace(std::move(*statements));
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(implementation)));
}

Result<std::optional<core::Record>> SqliteStore::load() {
    Statement& load = implementation_->statements->load;
    const auto row = load.step("load the record");
    const std::string content = row && *row ? load.text(0) : "";
    load.reset();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return std::optional<core::Record>{};
    auto record = wire::record_from_json(content);
    if (!record) return tl::unexpected(record.error());
    return std::optional<core::Record>(std::move(*record));
}

Result<void> SqliteStore::compare_and_swap(core::Revision expected, const core::Record& next,
                                           const HistoryEntry& entry) {
    Implementation& store = *implementation_;
    if (auto begun = run(store.statements->begin, "begin"); !begun) return begun;
    auto written = store.write(expected, next, entry);
    if (written) written = run(store.statements->commit, "commit");
    if (!written) {
        // Fails when SQLite has rolled back by itself; there is nothing left to undo then.
        (void)run(store.statements->rollback, "roll back");
        return written;
    }
    store.checkpointer.committed();
    return {};
}

Result<void> SqliteStore::Implementation::write(core::Revision expected, const core::Record& next,
                                                const HistoryEntry& entry) {
    const auto stored = stored_revision();
    if (!stored) return tl::unexpected(stored.error());
    if (*stored != expected) {
        return failure(ErrorCode::kConflict, "write the record",
                       "revision " + std::to_string(stored->value) + " is stored, not " +
                           std::to_string(expected.value));
    }
    statements->write.bind(1, next.revision.value).bind(2, wire::to_json(next));
    if (auto done = run(statements->write, "write the record"); !done) return done;
    return append(next, entry);
}

Result<core::Revision> SqliteStore::Implementation::stored_revision() {
    const auto row = statements->revision.step("read the revision");
    const core::Revision revision{row && *row ? statements->revision.natural(0) : 0};
    statements->revision.reset();
    if (!row) return tl::unexpected(row.error());
    return revision;
}

Result<void> SqliteStore::Implementation::append(const core::Record& next,
                                                 const HistoryEntry& entry) {
    statements->append.bind(1, std::int64_t{entry.at.time_since_epoch().count()})
        .bind(2, entry.epoch.value)
        .bind(3, next.revision.value)
        .bind(4, entry.rule)
        .bind(5, entry.reason)
        .bind(6, entry.kind)
        .bind(7, std::int64_t{entry.event ? 1 : 0})
        .bind(8, entry.detail_json);
    if (auto done = run(statements->append, "append to the history"); !done) return done;
    const auto id = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(writer.handle()));
    if (id % kTrimEvery != 0 || id <= kHistoryKept) return {};
    statements->trim.bind(1, id - kHistoryKept);
    return run(statements->trim, "trim the history");
}

Result<std::vector<HistoryEntry>> SqliteStore::Implementation::read(const std::string& sql,
                                                                    std::uint64_t first,
                                                                    int limit) {
    const std::lock_guard lock(reading);
    auto statement = Statement::prepare(reader, sql);
    if (!statement) return tl::unexpected(statement.error());
    statement->bind(1, first).bind(2, std::int64_t{limit});
    std::vector<HistoryEntry> entries;
    while (true) {
        const auto row = statement->step("read the history");
        if (!row) return tl::unexpected(row.error());
        if (!*row) return entries;
        entries.push_back(entry_of(*statement));
    }
}

Result<std::vector<HistoryEntry>> SqliteStore::history(int limit) {
    return implementation_->read(
        std::string(kEntryColumns) + "WHERE id > ?1 ORDER BY id DESC LIMIT ?2", 0, limit);
}

Result<std::vector<HistoryEntry>> SqliteStore::events_after(std::uint64_t after, int limit) {
    return implementation_->read(
        std::string(kEntryColumns) + "WHERE event = 1 AND id > ?1 ORDER BY id LIMIT ?2", after,
        limit);
}

Result<SqliteStore::Events> SqliteStore::count_events_after(std::uint64_t after) {
    const std::lock_guard lock(implementation_->reading);
    auto statement = Statement::prepare(
        implementation_->reader,
        "SELECT count(*), coalesce(max(id), 0) FROM history WHERE event = 1 AND id > ?1");
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->bind(1, after).step("count the events");
    if (!row) return tl::unexpected(row.error());
    return Events{statement->natural(0), statement->natural(1)};
}

}  // namespace understudy::adapters

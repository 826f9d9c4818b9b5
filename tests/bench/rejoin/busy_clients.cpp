#include "tests/bench/rejoin/busy_clients.h"

#include <utility>

#include "tests/stack/process.h"
#include "tests/stack/site.h"

namespace understudy::bench {

using namespace std::chrono_literals;

namespace {

constexpr core::Millis kStatementDeadline{3000};
constexpr int kLargeBatch = 40;  // the number of the one that is large

std::string batch_statement(std::uint64_t first, std::uint64_t rows) {
    std::string sql = std::string("INSERT INTO ") + kBatchTable + " (n, sent_us) VALUES ";
    for (std::uint64_t i = 0; i < rows; ++i) {
        sql += (i == 0 ? "(" : ",(") + std::to_string(first + i) + ",0)";
    }
    return sql;
}

// Errors with which a server says no before it does anything: read-only, by option or by mode.
stack::Outcome outcome_of(const core::Result<std::vector<adapters::Table>>& done) {
    constexpr int kOptionPreventsStatement = 1290;
    constexpr int kReadOnlyMode = 1836;
    if (done) return stack::Outcome::kAcknowledged;
    const auto number = done.error().number;
    return number == kOptionPreventsStatement || number == kReadOnlyMode ? stack::Outcome::kRefused
                                                                         : stack::Outcome::kUnknown;
}

// The outcome does not matter: what counts is that both hosts end alike.
void attempt(adapters::Connection& connection, const std::string& sql) {
    if (!connection.query(sql, adapters::deadline_in(kStatementDeadline))) connection.drop();
}

}  // namespace

core::Result<std::unique_ptr<BusyClients>> BusyClients::start(const std::string& primary) {
    auto writer = stack::login("guestbook_rw", {stack::kVip, stack::kWriterPort});
    auto migrate = stack::login("guestbook_migrate", {stack::kVip, stack::kWriterPort});
    auto root = stack::root_login(primary);
    if (!writer) return tl::unexpected(writer.error());
    if (!migrate) return tl::unexpected(migrate.error());
    if (!root) return tl::unexpected(root.error());
    auto tables = kSingleRowTables;
    tables.emplace_back(kBatchTable);
    for (const auto& table : tables) {
        if (auto made = stack::make_table(*migrate, table); !made) {
            return tl::unexpected(made.error());
        }
    }
    return std::unique_ptr<BusyClients>(new BusyClients(*writer, *migrate, *root));
}

BusyClients::BusyClients(adapters::MySqlLogin writer, adapters::MySqlLogin migrate,
                         adapters::MySqlLogin root)
    : writer_(std::move(writer)), migrate_(std::move(migrate)), root_(std::move(root)) {
    for (const auto& table : kSingleRowTables) {
        single_.push_back(
            std::make_unique<stack::WritingClient>(stack::WritingOptions{writer_, table}));
    }
    threads_.emplace_back([this](const std::stop_token& stop) { write_batches(stop); });
    threads_.emplace_back([this](const std::stop_token& stop) { change_tables(stop); });
    threads_.emplace_back([this](const std::stop_token& stop) { change_accounts(stop); });
}

BusyClients::~BusyClients() { stop(); }

void BusyClients::stop() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
    for (auto& client : single_) client->stop();
}

void BusyClients::pause(const std::stop_token& stop, core::Millis length) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, length, [] { return false; });
}

void BusyClients::write_batches(const std::stop_token& stop) {
    adapters::Connection connection(writer_);
    std::uint64_t next = 1;
    for (int number = 1; !stop.stop_requested(); ++number) {
        const auto rows = number == kLargeBatch ? kRowsInLargeBatch : kRowsInBatch;
        stack::Attempt made;
        made.row = next;
        made.sent = stack::wall_now();
        if (connection.open(adapters::deadline_in(kStatementDeadline))) {
            made.sent = stack::wall_now();
            const auto done = connection.query(batch_statement(next, rows),
                                               adapters::deadline_in(kStatementDeadline));
            made.outcome = outcome_of(done);
            if (!done) connection.drop();
        }
        made.ended = stack::wall_now();
        next += rows;
        {
            const std::scoped_lock lock(mutex_);
            batches_.add(std::move(made));
        }
        pause(stop, 10ms);
    }
}

void BusyClients::change_tables(const std::stop_token& stop) {
    adapters::Connection connection(migrate_);
    const std::string table = "bench_rejoin_changing";
    while (!stop.stop_requested()) {
        attempt(connection, "CREATE TABLE IF NOT EXISTS " + table + " (a INT PRIMARY KEY)");
        pause(stop, 50ms);
        attempt(connection, "ALTER TABLE " + table + " ADD COLUMN b INT");
        pause(stop, 50ms);
        attempt(connection, "DROP TABLE IF EXISTS " + table);
        pause(stop, 50ms);
    }
}

void BusyClients::change_accounts(const std::stop_token& stop) {
    adapters::Connection connection(root_);
    while (!stop.stop_requested()) {
        attempt(connection, "CREATE USER IF NOT EXISTS bench_rejoin@localhost");
        pause(stop, 100ms);
        attempt(connection, "DROP USER IF EXISTS bench_rejoin@localhost");
        pause(stop, 100ms);
    }
}

core::Result<void> BusyClients::await_acknowledged(std::size_t count, core::Millis deadline) {
    for (auto& client : single_) {
        if (auto done = client->await_acknowledged(count, deadline); !done) return done;
    }
    return {};
}

core::Result<void> BusyClients::await_acknowledged_after(core::WallTime moment,
                                                         core::Millis deadline) {
    return single_.front()->await_acknowledged_after(moment, deadline);
}

double BusyClients::longest_pause_seconds(core::WallTime from, core::WallTime until) const {
    const auto pause = single_.front()->ledger().longest_pause(from, until);
    return pause ? std::chrono::duration<double>(pause->length()).count() : 0;
}

std::vector<Promises> BusyClients::promises() const {
    std::vector<Promises> all;
    for (std::size_t i = 0; i < single_.size(); ++i) {
        all.push_back({kSingleRowTables[i], single_[i]->ledger()});
    }
    const std::scoped_lock lock(mutex_);
    all.push_back({kBatchTable, batches_});
    return all;
}

core::Result<void> BusyClients::clean_up() {
    stop();
    auto tables = kSingleRowTables;
    for (const auto* more : {kBatchTable, "bench_rejoin_changing"}) tables.emplace_back(more);
    for (const auto& table : tables) {
        if (auto dropped = stack::drop_table(migrate_, table); !dropped) return dropped;
    }
    return {};
}

}  // namespace understudy::bench

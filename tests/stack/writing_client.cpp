#include "tests/stack/writing_client.h"

#include <chrono>
#include <functional>
#include <utility>

#include "tests/stack/process.h"

namespace understudy::stack {

namespace {

constexpr core::Millis kLookDeadline{10'000};

// Errors with which a server says no before it does anything: read-only, by option or by mode.
bool surely_not_written(const core::Error& error) {
    constexpr int kOptionPreventsStatement = 1290;
    constexpr int kReadOnlyMode = 1836;
    return error.number == kOptionPreventsStatement || error.number == kReadOnlyMode;
}

core::Result<void> execute(const adapters::MySqlLogin& login, const std::string& sql) {
    adapters::Connection connection(login);
    auto done = connection.query(sql, adapters::deadline_in(kLookDeadline));
    if (!done) return tl::unexpected(done.error());
    return {};
}

}  // namespace

WritingClient::WritingClient(WritingOptions options)
    : options_(std::move(options)),
      connection_(options_.login),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

WritingClient::~WritingClient() { stop(); }

void WritingClient::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

Ledger WritingClient::ledger() const {
    const std::scoped_lock lock(mutex_);
    return ledger_;
}

core::Result<void> WritingClient::await_acknowledged(std::size_t count, core::Millis deadline) {
    std::unique_lock lock(mutex_);
    const auto wanted = acknowledged_ + count;
    lock.unlock();
    return await(std::to_string(count) + " acknowledged rows", deadline,
                 [this, wanted] { return acknowledged_ >= wanted; });
}

core::Result<void> WritingClient::await_acknowledged_after(core::WallTime moment,
                                                           core::Millis deadline) {
    return await("an acknowledged row", deadline,
                 [this, moment] { return newest_acknowledged_sent_ > moment; });
}

core::Result<void> WritingClient::await(const std::string& what, core::Millis deadline,
                                        const std::function<bool()>& happened) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, deadline, happened)) return {};
    return core::failure(core::ErrorCode::kTimeout, "waiting for " + what,
                         "none within " + std::to_string(deadline.count()) +
                             " ms; last error: " + (last_error_.empty() ? "none" : last_error_));
}

void WritingClient::run(const std::stop_token& stop) {
    std::mutex nobody_else;
    std::condition_variable_any never;
    for (std::uint64_t row = 1; !stop.stop_requested(); ++row) {
        const auto begun = std::chrono::steady_clock::now();
        auto made = attempt(row);
        const bool good = made.outcome == Outcome::kAcknowledged;
        remember(std::move(made));
        const auto next = good ? begun + options_.interval
                               : std::chrono::steady_clock::now() + options_.pause_after_error;
        std::unique_lock lock(nobody_else);
        never.wait_until(lock, stop, next, [] { return false; });
    }
}

Attempt WritingClient::attempt(std::uint64_t row) {
    Attempt attempt;
    attempt.row = row;
    attempt.sent = wall_now();
    auto opened = connection_.open(adapters::deadline_in(options_.connect_deadline));
    if (!opened) {
        attempt.ended = wall_now();
        attempt.error = describe(opened.error());
        return attempt;
    }
    attempt.sent = wall_now();
    const auto done = connection_.query(
        "INSERT INTO " + options_.table + " (n, sent_us) VALUES (" + std::to_string(row) + ", " +
            std::to_string(attempt.sent.time_since_epoch().count()) + ")",
        adapters::deadline_in(options_.statement_deadline));
    attempt.ended = wall_now();
    if (done) {
        attempt.outcome = Outcome::kAcknowledged;
    } else {
        attempt.outcome = surely_not_written(done.error()) ? Outcome::kRefused : Outcome::kUnknown;
        attempt.error = describe(done.error());
        // A writer that says no is a former one: look for the present one.
        connection_.drop();
    }
    return attempt;
}

void WritingClient::remember(Attempt attempt) {
    const std::scoped_lock lock(mutex_);
    if (attempt.outcome == Outcome::kAcknowledged) {
        ++acknowledged_;
        newest_acknowledged_sent_ = attempt.sent;
    } else {
        last_error_ = attempt.error;
    }
    ledger_.add(std::move(attempt));
    changed_.notify_all();
}

core::Result<void> make_table(const adapters::MySqlLogin& migrate, const std::string& table) {
    return execute(migrate, "DROP TABLE IF EXISTS " + table + "; CREATE TABLE " + table +
                                " (n BIGINT UNSIGNED NOT NULL PRIMARY KEY,"
                                " sent_us BIGINT UNSIGNED NOT NULL)");
}

core::Result<void> drop_table(const adapters::MySqlLogin& migrate, const std::string& table) {
    return execute(migrate, "DROP TABLE IF EXISTS " + table);
}

core::Result<std::set<std::uint64_t>> rows_in(const adapters::MySqlLogin& login,
                                              const std::string& table) {
    adapters::Connection connection(login);
    const auto answer =
        connection.query("SELECT n FROM " + table, adapters::deadline_in(kLookDeadline));
    if (!answer) return tl::unexpected(answer.error());
    std::set<std::uint64_t> rows;
    for (const auto& row : answer->front().rows) rows.insert(std::stoull(row.front().value()));
    return rows;
}

}  // namespace understudy::stack

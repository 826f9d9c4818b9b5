// A client that inserts a row every few milliseconds and remembers what it was promised.
//
// After an error it connects again at once and goes on with a new row: no row is ever sent twice,
// so that each has one fate. One thread of its own writes; the rest may be called from any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "adapters/mysql/connection.h"
#include "core/identity.h"
#include "core/result.h"
#include "tests/stack/ledger.h"

namespace understudy::stack {

struct WritingOptions {
    adapters::MySqlLogin login;
    std::string table;
    core::Millis interval{5};
    core::Millis pause_after_error{1};
    core::Millis statement_deadline{3000};
    core::Millis connect_deadline{3000};
};

class WritingClient {
  public:
    explicit WritingClient(WritingOptions options);
    ~WritingClient();
    WritingClient(const WritingClient&) = delete;
    WritingClient& operator=(const WritingClient&) = delete;

    // Until `count` more rows were acknowledged. kTimeout carries the last error.
    core::Result<void> await_acknowledged(std::size_t count, core::Millis deadline);
    // Until a row that was sent after this moment was acknowledged.
    core::Result<void> await_acknowledged_after(core::WallTime moment, core::Millis deadline);
    [[nodiscard]] Ledger ledger() const;
    void stop();

  private:
    void run(const std::stop_token& stop);
    Attempt attempt(std::uint64_t row);
    void remember(Attempt attempt);
    core::Result<void> await(const std::string& what, core::Millis deadline,
                             const std::function<bool()>& happened);

    WritingOptions options_;
    adapters::Connection connection_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Ledger ledger_;
    std::size_t acknowledged_ = 0;
    core::WallTime newest_acknowledged_sent_{};
    std::string last_error_;
    std::jthread thread_;
};

// A table for one run of the client, made and dropped through the writer port.
core::Result<void> make_table(const adapters::MySqlLogin& migrate, const std::string& table);
core::Result<void> drop_table(const adapters::MySqlLogin& migrate, const std::string& table);
core::Result<std::set<std::uint64_t>> rows_in(const adapters::MySqlLogin& login,
                                              const std::string& table);

}  // namespace understudy::stack

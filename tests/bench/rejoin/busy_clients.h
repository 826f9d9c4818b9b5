// Everything that writers do to a primary at once: single rows, transactions of several rows, one
// large transaction, changes of tables and of accounts.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/result.h"
#include "tests/stack/ledger.h"
#include "tests/stack/writing_client.h"

namespace understudy::bench {

inline const std::vector<std::string> kSingleRowTables{"bench_rejoin_1", "bench_rejoin_2"};
inline constexpr const char* kBatchTable = "bench_rejoin_batch";
inline constexpr std::uint64_t kRowsInBatch = 5;
inline constexpr std::uint64_t kRowsInLargeBatch = 20'000;

// A table and what one client was promised about its rows; of a transaction of several rows only
// the first counts.
struct Promises {
    std::string table;
    stack::Ledger ledger;
};

class BusyClients {
  public:
    // Makes the tables, then begins to write; accounts are made on `primary` itself.
    static core::Result<std::unique_ptr<BusyClients>> start(const std::string& primary);
    ~BusyClients();
    BusyClients(const BusyClients&) = delete;
    BusyClients& operator=(const BusyClients&) = delete;

    core::Result<void> await_acknowledged(std::size_t count, core::Millis deadline);
    core::Result<void> await_acknowledged_after(core::WallTime moment, core::Millis deadline);
    // Of the first client that writes single rows: from then on, seconds; nothing: no pause.
    [[nodiscard]] double longest_pause_seconds(core::WallTime from, core::WallTime until) const;
    void stop();
    [[nodiscard]] std::vector<Promises> promises() const;
    // Drops the tables.
    core::Result<void> clean_up();

  private:
    BusyClients(adapters::MySqlLogin writer, adapters::MySqlLogin migrate,
                adapters::MySqlLogin root);

    void write_batches(const std::stop_token& stop);
    void change_tables(const std::stop_token& stop);
    void change_accounts(const std::stop_token& stop);
    void pause(const std::stop_token& stop, core::Millis length);

    adapters::MySqlLogin writer_;
    adapters::MySqlLogin migrate_;
    adapters::MySqlLogin root_;
    std::vector<std::unique_ptr<stack::WritingClient>> single_;
    mutable std::mutex mutex_;
    std::condition_variable_any stopped_;
    stack::Ledger batches_;
    std::vector<std::jthread> threads_;
};

}  // namespace understudy::bench

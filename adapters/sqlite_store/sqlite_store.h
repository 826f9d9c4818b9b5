// The record and its history in one SQLite file: the store of a single controller.
//
// A compare-and-swap is one transaction and one fdatasync(). Reads of the history, and checkpoints,
// are made on connections of their own and never hold a compare-and-swap up. The newest 10,000
// history entries are kept.
//
// load() and compare_and_swap() belong to one thread; the rest is thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ports/state_store.h"

namespace understudy::adapters {

class SqliteStore : public ports::StateStore {
  public:
    // Creates the file when it is absent. kInvalid: corrupted, or not ours; kTimeout: locked by
    // another program; kIo: cannot be opened or written.
    static core::Result<std::unique_ptr<SqliteStore>> open(const std::string& file);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    core::Result<std::optional<core::Record>> load() override;
    core::Result<void> compare_and_swap(core::Revision expected, const core::Record& next,
                                        const ports::HistoryEntry& entry) override;
    core::Result<std::vector<ports::HistoryEntry>> history(int limit) override;

    // The entries marked as events with ids above `after`, oldest first.
    core::Result<std::vector<ports::HistoryEntry>> events_after(std::uint64_t after, int limit);

    struct Events {
        std::uint64_t count = 0;
        std::uint64_t newest = 0;  // its id, 0 without one
    };
    core::Result<Events> count_events_after(std::uint64_t after);

  private:
    struct Implementation;
    explicit SqliteStore(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace understudy::adapters

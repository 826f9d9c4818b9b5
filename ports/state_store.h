// Where the record lives: compare-and-swap, and the history of what changed it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/cluster.h"
#include "core/result.h"

namespace understudy::ports {

struct HistoryEntry {
    std::uint64_t id = 0;  // given by the store, rising
    core::WallTime at;
    core::Epoch epoch;
    std::string rule;
    std::string reason;
    std::string kind;  // "failover", "switchover", "degraded", "recovered", "route", …
    bool event = false;
    std::string detail_json;  // the operation with its marks, as JSON
};

class StateStore {
  public:
    virtual ~StateStore() = default;

    // Nothing: no record was ever written.
    virtual core::Result<std::optional<core::Record>> load() = 0;

    // Durable when it returns. Writes `next` (whose revision is expected+1) and the entry together;
    // kConflict when the stored revision is not `expected`. kTimeout and kIo leave the outcome
    // unknown: load again.
    virtual core::Result<void> compare_and_swap(core::Revision expected, const core::Record& next,
                                                const HistoryEntry& entry) = 0;

    // Newest first.
    virtual core::Result<std::vector<HistoryEntry>> history(int limit) = 0;
};

}  // namespace understudy::ports

// A state store in memory, with outages that are set.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "ports/state_store.h"

namespace understudy::simulated {

class StateStore final : public ports::StateStore {
  public:
    std::optional<core::Record> record;
    std::vector<ports::HistoryEntry> entries;  // oldest first
    std::optional<core::Error> fails;          // what every call returns
    // The next write is done, but answered by a time-out.
    bool next_write_times_out = false;

    core::Result<std::optional<core::Record>> load() override {
        if (fails) return tl::unexpected<core::Error>(*fails);
        return record;
    }

    core::Result<void> compare_and_swap(core::Revision expected, const core::Record& next,
                                        const ports::HistoryEntry& entry) override {
        if (fails) return tl::unexpected<core::Error>(*fails);
        if ((record ? record->revision : core::Revision{}) != expected) {
            return core::failure(core::ErrorCode::kConflict, "write the record",
                                 "another revision is stored");
        }
        record = next;
        entries.push_back(entry);
        entries.back().id = entries.size();
        if (!std::exchange(next_write_times_out, false)) return {};
        return core::failure(core::ErrorCode::kTimeout, "write the record", "no answer");
    }

    core::Result<std::vector<ports::HistoryEntry>> history(int limit) override {
        if (fails) return tl::unexpected<core::Error>(*fails);
        std::vector<ports::HistoryEntry> newest(entries.rbegin(), entries.rend());
        newest.resize(std::min(newest.size(), static_cast<std::size_t>(limit)));
        return newest;
    }
};

}  // namespace understudy::simulated

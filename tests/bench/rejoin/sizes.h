// The same fault with little and with much data: a rewind does not depend on the size.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/rejoin/rounds.h"

namespace understudy::bench {

struct SizedRound {
    std::uint64_t megabytes = 0;  // of rows that were added
    Round round;
};

// Adds rows until there are so many megabytes of them, then kills the primary once; for each size,
// in rising order. The rows are removed at the end. Each host needs about three times the largest
// size of free disk: rows, binary logs, relay logs.
core::Result<std::vector<SizedRound>> measure_sizes(
    const std::vector<std::uint64_t>& megabytes,
    const std::function<void(const std::string&)>& progress);

// {benchmark, ratio, each: [{megabytes, seconds_to_in_sync, way, orphans, missing, mismatches}]};
// ratio: the last one's time by the first one's.
std::string sizes_report(const std::vector<SizedRound>& rounds);

}  // namespace understudy::bench

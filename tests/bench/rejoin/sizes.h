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

struct Sizes {
    std::vector<SizedRound> rounds;
    double clone_seconds_to_in_sync = 0;  // of the replica, with the largest size
};

// Adds rows until there are so many megabytes of them, then cuts the primary off and kills it, so
// that it has orphans; for each size, in rising order. At last the replica is rebuilt, for
// comparison. The rows are removed at the end. Each host needs about three times the largest
// size of free disk: rows, binary logs, relay logs.
core::Result<Sizes> measure_sizes(const std::vector<std::uint64_t>& megabytes,
                                  const std::function<void(const std::string&)>& progress);

// {benchmark, ratio, clone: {megabytes, seconds_to_in_sync}, each: [{megabytes, seconds_to_in_sync,
// way, orphans, missing, mismatches}]}; ratio: the last one's time by the first one's.
std::string sizes_report(const Sizes& sizes);

}  // namespace understudy::bench

// The figures of all rounds, for people and for scripts.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/rejoin/rounds.h"

namespace understudy::bench {

// Nothing acknowledged is missing, both hosts hold the same, orphans are only what clients could
// not know the fate of.
bool promises_kept(const std::vector<Round>& rounds);

std::string line_of(const Round& round, int number);

// {benchmark, rounds, missing, checksum_mismatches, median_seconds_to_in_sync,
// median_write_gap_seconds,
//  orphans, orphans_not_unknown, ways: {rewind, clone, nothing, refused}, each: [{fault, host,
//  write_gap_seconds, seconds_to_in_sync, way, orphans, orphan_rows, unknown, …}]}
std::string rejoin_report(const std::vector<Round>& rounds);

}  // namespace understudy::bench

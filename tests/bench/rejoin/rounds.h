// Faults of the running stack's primary under load, one round after the other, and what came of
// each: the sides alternate, since each round ends with the primary on the other server.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/bench/rejoin/fault.h"

namespace understudy::bench {

struct Round {
    Fault fault = Fault::kKill;
    std::string host;  // the primary that failed
    double write_gap_seconds = 0;
    double seconds_to_in_sync = 0;          // since nothing hindered it any more
    std::string way;                        // "rewind", "nothing", "clone", "refused"
    std::uint64_t orphans = 0;              // transactions that were kept
    std::uint64_t orphan_rows = 0;          // rows of the clients' tables among them
    std::uint64_t unknown = 0;              // attempts whose outcome the clients do not know
    std::uint64_t orphans_not_unknown = 0;  // rows kept as orphans that a client was answered about
    std::uint64_t acknowledged = 0;
    std::uint64_t missing = 0;            // acknowledged and lost
    std::vector<std::string> mismatches;  // tables that differ between the hosts
};

core::Result<Round> measure_round(Fault fault);

// `progress` is told a line after each round; each round begins with the fault after that of the
// former one.
core::Result<std::vector<Round>> measure_rounds(
    int rounds, const std::function<void(const Round&, int)>& progress);

}  // namespace understudy::bench

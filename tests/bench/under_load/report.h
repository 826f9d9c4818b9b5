// What the load saw of the disturbances, and whether the promises were kept. Values only.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/under_load/request_log.h"

namespace understudy::bench {

struct LoadedRound {
    std::string what;
    core::WallTime begun;
    core::WallTime over;
    // A change of the primary: between two acknowledged writes. Otherwise until it was over.
    double milliseconds = 0;
};

struct Promises {
    bool no_failed_read = true;
    bool no_failed_post = true;
    bool none_failed_afterwards = true;  // that began once the round was over, before the next
    double p99_9_below_ms = 0;           // 0: not promised
};

struct Measurement {
    std::string benchmark;
    Promises promises;
    std::vector<LoadedRound> rounds;
    std::vector<Request> requests;
    int clients_lost = 0;
};

bool promises_kept(const Measurement& measurement);
std::string report_as_text(const Measurement& measurement);
std::string report_as_json(const Measurement& measurement);

}  // namespace understudy::bench

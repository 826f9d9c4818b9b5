// The figures of the moves, for people and for scripts.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/vip/rounds.h"

namespace understudy::bench {

std::string report_as_text(const std::vector<Move>& moves);

// {benchmark, rounds, requests, failed, failed_after, went_back, median_ms, max_ms,
//  ways: {NAME: {median_ms, max_ms, failed}}, each: [{way, from, to, ms, failed, failed_after}]}
std::string report_as_json(const std::vector<Move>& moves);

// Whether it took less than 500 ms each time, and the address stayed where it had moved to.
bool promises_kept(const std::vector<Move>& moves);

}  // namespace understudy::bench

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

// Whether the address stayed each time where it had moved to.
bool all_stayed(const std::vector<Move>& moves);

}  // namespace understudy::bench

// The figures of a measurement, for people and for scripts.
#pragma once

#include <string>

#include "tests/bench/write_gap/measurement.h"

namespace understudy::bench {

std::string report_as_text(const Measurement& measurement);

// {benchmark, kills, median_ms, p99_ms, max_ms, floor_ms, acknowledged, unknown, missing,
//  parts: {noticed: {median_ms, p99_ms}, …}, each: [{from, to, gap_ms, parts: {…}, marks_ms: {…}}]}
std::string report_as_json(const Measurement& measurement);

}  // namespace understudy::bench

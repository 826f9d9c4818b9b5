// A disturbance again and again while the site is under load.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "tests/bench/under_load/disturbance.h"
#include "tests/bench/under_load/report.h"

namespace understudy::bench {

core::Result<Measurement> measure_under_load(
    Disturbance disturbance, int rounds, const std::function<void(const std::string&)>& progress);

}  // namespace understudy::bench

// Asks the running stack every query of every dashboard, while it is under load.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/bench/dashboards/report.h"

namespace understudy::bench {

// Loads the site, moves the primary once, and asks when that many further requests were answered.
core::Result<std::vector<Asked>> ask_all_under_load(
    std::size_t requests, const std::function<void(const std::string&)>& progress);

}  // namespace understudy::bench

// Figures of a handful of measurements.
#pragma once

#include <utility>
#include <vector>

namespace understudy::bench {

// The nearest rank: of n sorted values the ceil(n * percent / 100)th. 0 for none.
double percentile(std::vector<double> values, double percent);

inline double median(std::vector<double> values) { return percentile(std::move(values), 50); }

}  // namespace understudy::bench

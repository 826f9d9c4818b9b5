// How much memory a PHP-FPM pool's children keep, and whether it grows with the requests: a leak.
// (The status' own "last request memory" is the peak of one request, which PHP gives back.)
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "exporters/collector.h"
#include "exporters/metric_page.h"
#include "exporters/php_fpm/children.h"
#include "exporters/php_fpm/pool.h"

namespace understudy::exporters {

// Follows the children of a pool from look to look. Each is compared with itself, from its 50th
// request on, when its caches are warm, and over its last one to two thousand, so that what it
// once held for good does not count for ever. Of all children the median counts: one odd request
// makes one odd child.
class MemoryGrowth {
  public:
    // All children that there are now; those that are gone are forgotten.
    void look(const std::vector<ChildMemory>& children);

    // Below 0 where memory was given back; nothing until a child took 100 requests while followed.
    [[nodiscard]] std::optional<double> bytes_per_request() const;
    [[nodiscard]] std::uint64_t all_bytes() const { return all_bytes_; }
    [[nodiscard]] std::uint64_t largest_bytes() const { return largest_bytes_; }

  private:
    struct Followed {
        ChildMemory first;
        ChildMemory middle;  // becomes the first when it is old enough
        ChildMemory last;
    };
    [[nodiscard]] Followed follow(const ChildMemory& now) const;

    std::map<std::uint64_t, Followed> followed_;  // by incarnation
    std::uint64_t all_bytes_ = 0;
    std::uint64_t largest_bytes_ = 0;
};

MetricPage pool_memory_metrics(const MemoryGrowth& growth, const PoolIdentity& identity);

// The collector "php_fpm_memory/NAME". It asks for the full status when the last look is `every`
// ago, and answers with that look's figures between. kNotFound: no child is a process that can be
// seen from here.
Collector php_fpm_memory_collector(const PoolOptions& pool, core::Millis every,
                                   core::Millis deadline);

}  // namespace understudy::exporters

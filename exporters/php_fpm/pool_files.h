// A PHP-FPM pool's limit of processes, from its configuration (php.net, "FPM Configuration"): the
// status page does not tell it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/collector.h"
#include "exporters/metric_page.h"
#include "exporters/php_fpm/pool.h"

namespace understudy::exporters {

// What a file of PHP-FPM's says of pools. Of a value that stands twice the last one counts, as
// there.
struct PoolFile {
    std::map<std::string, std::string, std::less<>> max_children;  // as it stands, by pool
    std::vector<std::string> includes;                             // patterns, in their order
};

// Bears anything: a line that is neither a section nor a setting is passed over.
PoolFile parse_pool_file(std::string_view text);

// Where Debian's packages have the pools.
inline constexpr auto kDebianPoolFiles = "/etc/php/*/fpm/pool.d/*.conf";

// `pm.max_children` of that pool in the files that the patterns (glob(7)) match and those which
// they include, at most 256 of at most 256 KiB each. kNotFound: no such file, or none has the pool
// or its limit; kInvalid: the value is no number, or an include that is no absolute path.
core::Result<std::uint64_t> max_children_of(const std::string& pool,
                                            const std::vector<std::string>& patterns);

MetricPage pool_limit_metrics(std::uint64_t max_children, const PoolIdentity& identity);

// The collector "php_fpm_limits/NAME". Without patterns it looks where Debian has the pools, and
// says nothing where the pool is not among them.
Collector php_fpm_limits_collector(const PoolOptions& pool, std::vector<std::string> patterns,
                                   core::Millis deadline);

}  // namespace understudy::exporters

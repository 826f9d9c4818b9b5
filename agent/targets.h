// The configuration's PHP-FPM pools as the exporters take them.
#pragma once

#include <vector>

#include "agent/config.h"
#include "core/result.h"
#include "exporters/php_fpm/pool.h"

namespace understudy::agent {

// kInvalid, naming the pool.
inline core::Result<std::vector<exporters::PoolOptions>> pool_targets(const PhpFpmConfig& config) {
    std::vector<exporters::PoolOptions> targets;
    for (const auto& pool : config.pools) {
        auto address = adapters::parse_stream_address(pool.address);
        if (!address) {
            auto error = address.error();
            error.operation = "pool " + pool.name + ", " + error.operation;
            return tl::unexpected<core::Error>(error);
        }
        targets.push_back({pool.name, std::move(*address), pool.status_path, pool.ping_path});
    }
    return targets;
}

}  // namespace understudy::agent

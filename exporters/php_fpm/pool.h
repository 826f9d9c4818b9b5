// One PHP-FPM pool, asked directly over FastCGI.
#pragma once

#include <string>
#include <vector>

#include "adapters/stream/exchange.h"
#include "core/identity.h"
#include "core/result.h"
#include "exporters/php_fpm/children.h"
#include "exporters/php_fpm/pool_status.h"
#include "exporters/scrape.h"

namespace understudy::exporters {

struct PoolOptions {
    std::string name;
    adapters::StreamAddress address;
    std::string status_path;
    std::string ping_path;
};

PoolIdentity identity_of(const PoolOptions& pool);

// kUnreachable: nobody listens; kTimeout: it listens and does not answer (saturated or hung: the
// kernel takes the connection, no child does); kRefused: it answered with an error, which is named.
core::Result<PoolStatus> ask_pool_status(const PoolOptions& pool, core::Millis deadline);

// By the full status, which is long: to be asked seldom. Errors as above; kInvalid also where it is
// longer than 1 MiB.
core::Result<std::vector<PoolChild>> ask_pool_children(const PoolOptions& pool,
                                                       core::Millis deadline);

// The pool executes requests: it answers its ping. Errors as above.
core::Result<void> check_ping(const PoolOptions& pool, core::Millis deadline);

// Of the collectors that ask the pool: one question at a time (Collector::thread).
std::string pool_thread(const PoolOptions& pool);

// The collector "php_fpm/NAME".
Collector php_fpm_collector(const PoolOptions& pool, core::Millis deadline);

}  // namespace understudy::exporters

// One PHP-FPM pool, asked directly over FastCGI.
#pragma once

#include <string>

#include "adapters/stream/exchange.h"
#include "core/identity.h"
#include "core/result.h"
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

// The pool executes requests: it answers its ping. Errors as above.
core::Result<void> check_ping(const PoolOptions& pool, core::Millis deadline);

// The collector "php_fpm/NAME".
Collector php_fpm_collector(const PoolOptions& pool, core::Millis deadline);

}  // namespace understudy::exporters

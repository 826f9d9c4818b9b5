// Connections that wait for a PHP-FPM pool, as the kernel counts them (sock_diag(7)): on a Unix
// socket PHP-FPM itself always says 0, and a saturated pool says nothing at all.
//
// The kernel shows the listeners of this process's network namespace; the path need not be in this
// process's file system.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "exporters/collector.h"
#include "exporters/metric_page.h"
#include "exporters/php_fpm/pool.h"

namespace understudy::exporters {

struct Backlog {
    std::uint32_t waiting = 0;  // connected, not yet accepted
    std::uint32_t limit = 0;    // beyond it connecting blocks or fails
};

// Of the Unix socket bound to `path`. kNotFound: nobody listens there, as far as can be seen; kIo:
// the kernel cannot be asked, errno in `number`.
core::Result<Backlog> listen_backlog(const std::string& path);

MetricPage backlog_metrics(const Backlog& backlog, const PoolIdentity& identity);

// The collector "php_fpm_backlog/NAME"; it says nothing where the pool's socket is not a Unix one
// or not of this network namespace.
Collector php_fpm_backlog_collector(const PoolOptions& pool, core::Millis deadline);

}  // namespace understudy::exporters

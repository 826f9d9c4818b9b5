// A PHP-FPM pool's own counters: its status page as JSON (php.net, "FPM Status Page").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct PoolStatus {
    std::string pool;
    std::string process_manager;  // "static", "dynamic", "ondemand"
    std::uint64_t start_since_seconds = 0;
    std::uint64_t accepted_connections = 0;
    std::uint64_t listen_queue = 0;  // always 0 on a Unix socket
    std::uint64_t max_listen_queue = 0;
    std::uint64_t listen_queue_length = 0;
    std::uint64_t idle_processes = 0;
    std::uint64_t active_processes = 0;  // the one that answers among them
    std::uint64_t total_processes = 0;
    std::uint64_t max_active_processes = 0;
    std::uint64_t max_children_reached = 0;
    std::uint64_t slow_requests = 0;
    bool operator==(const PoolStatus&) const = default;
};

// kInvalid: not JSON, or a field is missing or not a number (it is named).
core::Result<PoolStatus> parse_pool_status(std::string_view json);

// What the labels of a pool's metrics say.
struct PoolIdentity {
    std::string pool;
    std::string scrape_uri;  // "unix:///run/php/php-fpm.sock;/fpm-status"
};

// The names of hipages/php-fpm_exporter, phpfpm_up 1 among them.
MetricPage pool_metrics(const PoolStatus& status, const PoolIdentity& identity);
MetricPage pool_reach(const PoolIdentity& identity, bool up, std::uint64_t scrape_failures);

}  // namespace understudy::exporters

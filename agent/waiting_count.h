// How many requests wait on this host right now, asked of its parts at that moment: HAProxy by its
// socket, PHP-FPM's backlog of the kernel, MySQL on a connection of its own, so that no question
// stands in the way of a failover.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/haproxy/runtime_socket.h"
#include "adapters/haproxy/stat_table.h"
#include "adapters/mysql/mysql_metrics.h"
#include "agent/config.h"
#include "agent/report_board.h"
#include "exporters/php_fpm/pool.h"
#include "wire/waiting.h"

namespace understudy::agent {

// Of that backend, requests that no server has yet. Nothing: there is no such backend.
std::optional<std::uint32_t> queued_requests(const adapters::StatTable& stat,
                                             std::string_view backend);

struct Statements {
    std::uint32_t running = 0;  // the one that asks among them
    std::uint32_t waiting_for_row = 0;
    std::uint32_t waiting_for_replica = 0;
};

// Those beyond the processors, or those known to wait where they are more.
std::uint32_t waiting_statements(const Statements& statements, std::uint32_t processors);

// Thread-safe.
class WaitingCount {
  public:
    // The board must outlive it.
    WaitingCount(const AgentConfig& config, const ReportBoard& board);

    // From now on at these pools: those on Unix sockets, since the others' backlog cannot be seen.
    void look_at(std::vector<exporters::PoolOptions> pools);

    // Within a second, whatever the parts do.
    [[nodiscard]] wire::HostWaiting now();

  private:
    [[nodiscard]] std::optional<std::uint32_t> at_load_balancer() const;
    [[nodiscard]] std::optional<std::uint32_t> at_php_fpm() const;
    [[nodiscard]] std::optional<std::uint32_t> at_database();

    const ReportBoard& board_;
    std::optional<adapters::RuntimeSocket> haproxy_;
    std::string web_backend_;
    std::mutex mutex_;  // of what follows
    std::vector<exporters::PoolOptions> pools_;
    std::optional<adapters::MySqlMetrics> mysql_;
};

}  // namespace understudy::agent

#include "agent/waiting_count.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "exporters/php_fpm/backlog.h"
#include "exporters/text_fields.h"

namespace understudy::agent {

namespace {

// Of each part; a host has two of them at most that may not answer.
constexpr core::Millis kPartDeadline{400};
constexpr auto kRunning = "Threads_running";
constexpr auto kWaitingForRow = "Innodb_row_lock_current_waits";

std::optional<std::uint32_t> number_of(const adapters::MySqlMetrics::Values& status,
                                       const char* name) {
    const auto found = status.find(name);
    if (found == status.end()) return std::nullopt;
    return exporters::number_from<std::uint32_t>(found->second);
}

std::uint32_t processors() {
    return static_cast<std::uint32_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
}

}  // namespace

std::optional<std::uint32_t> queued_requests(const adapters::StatTable& stat,
                                             std::string_view backend) {
    const auto name = stat.column("pxname");
    const auto part = stat.column("svname");
    const auto queue = stat.column("qcur");
    for (std::size_t row = 0; row < stat.rows(); ++row) {
        if (stat.text(row, name) != backend || stat.text(row, part) != "BACKEND") continue;
        return exporters::number_from<std::uint32_t>(stat.text(row, queue));
    }
    return std::nullopt;
}

std::uint32_t waiting_statements(const Statements& statements, std::uint32_t processors) {
    const auto not_beyond = processors + 1;
    const auto beyond = statements.running - std::min(statements.running, not_beyond);
    return std::max(beyond, statements.waiting_for_row + statements.waiting_for_replica);
}

WaitingCount::WaitingCount(const AgentConfig& config, const ReportBoard& board) : board_(board) {
    if (config.haproxy && !config.haproxy->web_backend.empty()) {
        haproxy_.emplace(config.haproxy->socket);
        web_backend_ = config.haproxy->web_backend;
    }
    if (config.mysql) {
        mysql_.emplace(
            adapters::MySqlLogin{config.mysql->socket, config.mysql->user, config.mysql->password});
    }
}

void WaitingCount::look_at(std::vector<exporters::PoolOptions> pools) {
    std::erase_if(pools, [](const auto& pool) { return pool.address.unix_path.empty(); });
    const std::lock_guard lock(mutex_);
    pools_ = std::move(pools);
}

wire::HostWaiting WaitingCount::now() {
    const std::lock_guard lock(mutex_);
    wire::HostWaiting waiting;
    if (haproxy_) waiting.load_balancer = wire::TierWaiting{at_load_balancer()};
    if (!pools_.empty()) waiting.php_fpm = wire::TierWaiting{at_php_fpm()};
    if (mysql_) waiting.database = wire::TierWaiting{at_database()};
    return waiting;
}

std::optional<std::uint32_t> WaitingCount::at_load_balancer() const {
    const auto answers =
        haproxy_->ask(std::vector<std::string>{adapters::kShowBackends}, kPartDeadline);
    if (!answers) return std::nullopt;
    const auto stat = adapters::StatTable::parse(answers->front());
    return stat ? queued_requests(*stat, web_backend_) : std::nullopt;
}

std::optional<std::uint32_t> WaitingCount::at_php_fpm() const {
    std::uint32_t all = 0;
    for (const auto& pool : pools_) {
        const auto backlog = exporters::listen_backlog(pool.address.unix_path);
        if (!backlog) return std::nullopt;
        all += backlog->waiting;
    }
    return all;
}

std::optional<std::uint32_t> WaitingCount::at_database() {
    const auto for_replica = board_.read([](const core::HostReport& report) {
        return report.database ? std::max(report.database->semi_sync.waiting_sessions, 0) : 0;
    });
    const auto status = mysql_->global_status({kRunning, kWaitingForRow}, kPartDeadline);
    if (!status) return std::nullopt;
    const auto running = number_of(*status, kRunning);
    const auto for_row = number_of(*status, kWaitingForRow);
    if (!running || !for_row) return std::nullopt;
    return waiting_statements({*running, *for_row, static_cast<std::uint32_t>(for_replica)},
                              processors());
}

}  // namespace understudy::agent

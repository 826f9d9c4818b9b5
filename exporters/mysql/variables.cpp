#include <algorithm>
#include <array>

#include "exporters/mysql/metrics.h"

namespace understudy::exporters {
namespace {

// Sorted. What the MySQL overview and replication dashboards plot, and what durability and
// failover depend on.
constexpr auto kExported = std::to_array<std::string_view>({
    "autocommit",
    "binlog_cache_size",
    "binlog_expire_logs_seconds",
    "enforce_gtid_consistency",
    "event_scheduler",
    "gtid_mode",
    "innodb_buffer_pool_chunk_size",
    "innodb_buffer_pool_instances",
    "innodb_buffer_pool_size",
    "innodb_flush_log_at_trx_commit",
    "innodb_io_capacity",
    "innodb_io_capacity_max",
    "innodb_log_buffer_size",
    "innodb_log_file_size",
    "innodb_page_size",
    "innodb_redo_log_capacity",
    "innodb_thread_concurrency",
    "interactive_timeout",
    "join_buffer_size",
    "key_buffer_size",
    "log_bin",
    "log_replica_updates",
    "long_query_time",
    "max_allowed_packet",
    "max_binlog_size",
    "max_connect_errors",
    "max_connections",
    "max_heap_table_size",
    "max_prepared_stmt_count",
    "max_user_connections",
    "net_read_timeout",
    "net_write_timeout",
    "offline_mode",
    "open_files_limit",
    "performance_schema",
    "port",
    "query_cache_size",
    "read_buffer_size",
    "read_only",
    "read_rnd_buffer_size",
    "relay_log_recovery",
    "replica_net_timeout",
    "replica_parallel_workers",
    "rpl_semi_sync_replica_enabled",
    "rpl_semi_sync_source_enabled",
    "rpl_semi_sync_source_timeout",
    "rpl_semi_sync_source_wait_for_replica_count",
    "rpl_semi_sync_source_wait_no_replica",
    "server_id",
    "slow_query_log",
    "sort_buffer_size",
    "super_read_only",
    "sync_binlog",
    "table_definition_cache",
    "table_open_cache",
    "thread_cache_size",
    "thread_stack",
    "tmp_table_size",
    "wait_timeout",
});
static_assert(std::is_sorted(kExported.begin(), kExported.end()));

}  // namespace

bool is_exported_variable(std::string_view name) {
    return std::binary_search(kExported.begin(), kExported.end(), name);
}

std::vector<std::string_view> read_variables() {
    std::vector<std::string_view> names{"innodb_version", "transaction_isolation", "version",
                                        "version_comment"};
    names.insert(names.end(), kExported.begin(), kExported.end());
    return names;
}

}  // namespace understudy::exporters

// MySQL's metrics under mysqld_exporter's names. Pure, but for the collector's `fetch`.
//
// Left out, against mysqld_exporter: commands never executed (Com_* that are 0) and the variables
// that nobody plots (see variables.cpp). Replication fields come under both spellings, MySQL's
// since 8.0.22 ("source", "replica") and the older one, since dashboards use either; so do the
// semi-sync plugins' names.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity.h"
#include "core/result.h"
#include "exporters/metric_page.h"
#include "exporters/scrape.h"

namespace understudy::exporters {

using MysqlTexts = std::map<std::string, std::string>;

// What the server answered, as it prints it; names in any case.
struct MysqlAnswers {
    MysqlTexts status;                 // SHOW GLOBAL STATUS
    MysqlTexts variables;              // SHOW GLOBAL VARIABLES, at least the read_variables()
    std::vector<MysqlTexts> channels;  // SHOW REPLICA STATUS: a map for each channel, without NULLs
    MysqlTexts heartbeats;             // understudy.heartbeat: server_id -> ts
    // How long ago the transaction that is being applied was committed on the source, 0 when idle
    // (performance_schema.replication_applier_status_by_worker); nothing: not asked.
    std::optional<double> applier_lag_seconds;
    core::WallTime now;  // when it was asked
};

// mysql_up 1, mysql_version_info, mysql_transaction_isolation, mysql_global_status_*,
// mysql_global_variables_*, mysql_slave_status_*, mysql_heartbeat_*, and
// understudy_replication_lag_seconds by "seconds_behind" and "applier".
MetricPage mysql_metrics(const MysqlAnswers& answers);
// MySQL does not answer: mysql_up 0.
MetricPage mysql_missing();

// Whether a variable is one of those exported (lower case).
bool is_exported_variable(std::string_view name);
// Those, and the ones that labels are made of.
std::vector<std::string_view> read_variables();

// `fetch` may block; it owns what it uses.
Collector mysql_collector(std::function<core::Result<MysqlAnswers>()> fetch, core::Millis deadline);

}  // namespace understudy::exporters

// MySQL's texts as numbers.
#pragma once

#include <optional>
#include <string_view>

namespace understudy::exporters {

// As mysqld_exporter reads them: "ON" and "Yes" are 1; "OFF", "No", "Disabled" and "Connecting" are
// 0; a log file ("binlog.000012") is its number; a time ("2026-01-31 23:59:59", "Jan 31 23:59:59
// 2026 GMT") is Unix time; other texts are nothing.
std::optional<double> mysql_value(std::string_view text);

// "2026-01-31T23:59:59.000001", UTC, as Unix time in seconds.
std::optional<double> heartbeat_seconds(std::string_view text);

}  // namespace understudy::exporters

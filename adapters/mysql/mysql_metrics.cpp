#include "adapters/mysql/mysql_metrics.h"

#include <utility>

namespace understudy::adapters {
namespace {

std::string of_names(const std::vector<std::string_view>& names) {
    std::string list;
    for (const auto name : names) {
        list.append(list.empty() ? "'" : ",'").append(name).append("'");
    }
    return "WHERE Variable_name IN (" + list + ")";
}

}  // namespace

MySqlMetrics::MySqlMetrics(MySqlLogin login) : connection_(std::move(login)) {}

core::Result<Table> MySqlMetrics::table(const char* operation, const char* sql,
                                        core::Millis deadline) {
    auto answer = connection_.query(sql, deadline_in(deadline));
    if (answer) return std::move(answer->front());
    auto error = answer.error();
    error.operation = operation;
    return tl::unexpected(error);
}

core::Result<MySqlMetrics::Values> MySqlMetrics::global_status(core::Millis deadline) {
    return table("read MySQL's status", "SHOW GLOBAL STATUS", deadline)
        .map([](const Table& answer) { return answer.as_map(); });
}

core::Result<MySqlMetrics::Values> MySqlMetrics::global_status(
    const std::vector<std::string_view>& names, core::Millis deadline) {
    const auto sql = "SHOW GLOBAL STATUS " + of_names(names);
    return table("read MySQL's status", sql.c_str(), deadline).map([](const Table& answer) {
        return answer.as_map();
    });
}

core::Result<MySqlMetrics::Values> MySqlMetrics::global_variables(
    const std::vector<std::string_view>& names, core::Millis deadline) {
    const auto sql = "SHOW GLOBAL VARIABLES " + of_names(names);
    return table("read MySQL's variables", sql.c_str(), deadline).map([](const Table& answer) {
        return answer.as_map();
    });
}

core::Result<std::vector<MySqlMetrics::Values>> MySqlMetrics::replica_status(
    core::Millis deadline) {
    return table("read the replica's status", "SHOW REPLICA STATUS", deadline)
        .map([](const Table& answer) {
            std::vector<Values> channels;
            for (std::size_t row = 0; row < answer.rows.size(); ++row) {
                channels.push_back(answer.row_as_map(row));
            }
            return channels;
        });
}

core::Result<MySqlMetrics::Values> MySqlMetrics::heartbeats(core::Millis deadline) {
    return table("read the heartbeats", "SELECT server_id, ts FROM understudy.heartbeat", deadline)
        .map([](const Table& answer) { return answer.as_map(); });
}

}  // namespace understudy::adapters

// What the MySQL exporter shows, as the server tells it: names to texts. On a connection of its
// own, so that a scrape never stands in the way of a failover. Every call is bounded by its
// deadline; errors as Connection tells them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mysql/connection.h"

namespace understudy::adapters {

class MySqlMetrics {
  public:
    using Values = std::map<std::string, std::string>;

    explicit MySqlMetrics(MySqlLogin login);

    core::Result<Values> global_status(core::Millis deadline);
    // Of those names, as below.
    core::Result<Values> global_status(const std::vector<std::string_view>& names,
                                       core::Millis deadline);
    // Of those names, which are taken as they are; unknown ones are left out.
    core::Result<Values> global_variables(const std::vector<std::string_view>& names,
                                          core::Millis deadline);

    // One map for each replication channel, by the columns' names; NULLs are left out.
    core::Result<std::vector<Values>> replica_status(core::Millis deadline);

    // server_id to ts (see heartbeat_text()), for every row of understudy.heartbeat.
    core::Result<Values> heartbeats(core::Millis deadline);

  private:
    core::Result<Table> table(const char* operation, const char* sql, core::Millis deadline);

    Connection connection_;
};

}  // namespace understudy::adapters

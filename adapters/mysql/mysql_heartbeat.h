// ports::Heartbeat: the row of this server in understudy.heartbeat, on a connection of its own.
//
// A beat that its commit holds up ends by its deadline; its connection is then closed, and the next
// beat opens another. The statement itself may still commit later: the row never goes back in time.
#pragma once

#include "adapters/mysql/connection.h"
#include "ports/database.h"

namespace understudy::adapters {

class MySqlHeartbeat final : public ports::Heartbeat {
  public:
    explicit MySqlHeartbeat(MySqlLogin login);

    core::Result<void> beat(core::WallTime now, core::Millis deadline) override;

  private:
    Connection connection_;
};

// As the column understudy.heartbeat.ts holds it: UTC, 2026-01-31T23:59:59.000001.
std::string heartbeat_text(core::WallTime now);

}  // namespace understudy::adapters

// ports::Heartbeat: the row of this server in understudy.heartbeat, on connections of its own.
//
// A beat whose commit waits goes on waiting when its deadline has passed, and a later call finds it
// done. Beside one that waits empty transactions are written, ever more rarely and at most five: a
// transaction that a replica received, but did not acknowledge on the same connection, is only
// acknowledged together with a later one (see README.md). The row never goes back in time.
#pragma once

#include <vector>

#include "adapters/mysql/connection.h"
#include "ports/database.h"

namespace understudy::adapters {

class MySqlHeartbeat final : public ports::Heartbeat {
  public:
    explicit MySqlHeartbeat(const MySqlLogin& login);

    // Success: a write was committed just now, this beat or one that still waited.
    core::Result<void> beat(core::WallTime now, core::Millis deadline) override;

  private:
    void collect_earlier();
    [[nodiscard]] Deadline next_beat() const;
    core::Result<void> begin(core::WallTime now, Deadline deadline);
    core::Result<bool> await_any(Deadline deadline);
    void keep_open(Deadline deadline);

    std::vector<Connection> connections_;
    Deadline last_begun_;
};

// As the column understudy.heartbeat.ts holds it: UTC, 2026-01-31T23:59:59.000001.
std::string heartbeat_text(core::WallTime now);

}  // namespace understudy::adapters

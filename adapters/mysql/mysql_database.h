// ports::Database on a local MySQL server.
//
// Two connections are opened early and kept: while a CREATE USER or GRANT waits for its
// acknowledgement nobody can log in. Closing for writes may wait behind commits, so it runs on the
// second; when its deadline passes it goes on, and the next kCloseWrites waits for the same one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/mysql/connection.h"
#include "adapters/mysql/dialect.h"
#include "adapters/mysql/observation.h"
#include "ports/database.h"

namespace understudy::adapters {

class MySqlDatabase final : public ports::Database {
  public:
    // Clones onto this server are throttled to so many MiB/s; 0: not at all.
    MySqlDatabase(MySqlLogin login, ReplicationLogin replication,
                  int most_clone_mib_per_second = 0);

    core::Result<core::DatabaseFacts> observe(core::Millis deadline) override;
    core::Result<void> perform(const core::Step& step, core::Millis deadline) override;

  private:
    core::Result<void> ready(Deadline deadline);
    void keep_second(Deadline deadline);
    core::Result<void> run(std::string_view sql, Deadline deadline);
    core::Result<void> carry_out(const core::Step& step, Deadline deadline);

    core::Result<std::optional<double>> lag_seconds(std::uint32_t source_server_id,
                                                    Deadline deadline);
    core::Result<void> drain(const core::GtidSet& gtids, Deadline deadline);
    core::Result<void> stop_applied(Deadline deadline);
    core::Result<void> follow(const core::Address& source, Deadline deadline);
    core::Result<void> forget_source(Deadline deadline);
    core::Result<void> acknowledge(std::string_view on_or_off, Deadline deadline);
    core::Result<void> open_writes(Deadline deadline);
    core::Result<void> close_writes(Deadline deadline);
    core::Result<void> give_up_closing(Deadline deadline);
    core::Result<void> kill_sessions(Deadline deadline);
    core::Result<void> clone(const core::Address& donor, Deadline deadline);

    ReplicationLogin replication_;
    OwnAccounts own_;
    Connection main_;
    Connection second_;
    Connection third_;  // a clone runs on it
    int most_clone_mib_per_second_;
    Deadline second_not_before_{};
    bool closing_ = false;          // when it was last observed
    std::uint64_t dialect_of_ = 0;  // the generation of main_ that dialect_ was chosen for
    Dialect dialect_;
};

}  // namespace understudy::adapters

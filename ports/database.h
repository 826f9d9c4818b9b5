// The local MySQL server, in the words of replication and fencing.
#pragma once

#include <chrono>

#include "core/facts.h"
#include "core/reconcile.h"
#include "core/result.h"

namespace understudy::ports {

// Every call is bounded by its deadline and may be made from one thread only.
class Database {
  public:
    virtual ~Database() = default;

    // process, incarnation and canary are the caller's to fill in; answering is true on success.
    // kUnreachable: cannot connect; kRefused: connected, but no (wrong password, no slots left);
    // kTimeout: did not answer.
    virtual core::Result<core::DatabaseFacts> observe(core::Millis deadline) = 0;

    // One step of next_step(); kReached, kWait, kBlocked and kKillServer are not the database's.
    virtual core::Result<void> perform(const core::Step& step, core::Millis deadline) = 0;
};

// Writes the heartbeat row: proof that a write completes, and the replicas' measure of lag.
// On connections of its own, so that a stalled commit hinders nobody else.
class Heartbeat {
  public:
    virtual ~Heartbeat() = default;
    virtual core::Result<void> beat(core::WallTime now, core::Millis deadline) = 0;
};

}  // namespace understudy::ports

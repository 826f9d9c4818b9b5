// Writes the heartbeat row while this host is open as a primary: the proof that writes complete.
#pragma once

#include "agent/database_keeper.h"
#include "ports/clock.h"
#include "ports/database.h"

namespace understudy::agent {

class Canary {
  public:
    Canary(const ports::Clock& clock, ports::Heartbeat& heartbeat, DatabaseKeeper& keeper);

    // One beat when writes are expected; blocks while the commit waits, up to the deadline.
    void beat(core::Millis deadline);

  private:
    const ports::Clock& clock_;
    ports::Heartbeat& heartbeat_;
    DatabaseKeeper& keeper_;
};

}  // namespace understudy::agent

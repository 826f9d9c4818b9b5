// Asks the witnesses for the primary's lease, again and again, well before it ends.
#pragma once

#include "agent/lease.h"
#include "ports/clock.h"
#include "ports/witnesses.h"

namespace understudy::agent {

class LeaseKeeper {
  public:
    LeaseKeeper(const ports::Clock& clock, ports::Witnesses& witnesses, Lease& lease);

    // One round, if a lease is wanted; the answer is how long to wait for the next.
    core::Millis round();

  private:
    const ports::Clock& clock_;
    ports::Witnesses& witnesses_;
    Lease& lease_;
};

}  // namespace understudy::agent

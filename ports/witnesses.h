// The agents of other hosts, as those who grant a primary its lease.
#pragma once

#include <vector>

#include "core/cluster.h"

namespace understudy::ports {

class Witnesses {
  public:
    virtual ~Witnesses() = default;

    // Asks all at once whether they grant a lease of that epoch; returns how many did, when all
    // have answered or the deadline has passed. Who cannot be reached grants nothing.
    virtual int ask(core::Epoch epoch, const std::vector<core::Witness>& witnesses,
                    core::Millis deadline) = 0;
};

}  // namespace understudy::ports

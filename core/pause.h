// The operator's word on automatic failover. Each returns the next record.
#pragma once

#include <string>

#include "core/cluster.h"

namespace understudy::core {

Record paused(const Record& record, std::string reason);

// Also forgets the failovers that the flap guard counted: the operator has looked at them.
Record resumed(const Record& record);

}  // namespace understudy::core

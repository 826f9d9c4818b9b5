// Which lag lets a replica serve reads.
#pragma once

#include <optional>

#include "core/identity.h"

namespace understudy::core {

// One that serves goes on up to `bound`; one that does not comes back at half of it, so that a lag
// about the bound does not move sessions to and fro. A lag that is unknown lets nobody read.
inline bool lag_lets_read(std::optional<double> lag_seconds, bool serves, Millis bound) {
    if (!lag_seconds) return false;
    const auto most = static_cast<double>(bound.count()) * (serves ? 1.0 : 0.5);
    return *lag_seconds * 1000 <= most;
}

}  // namespace understudy::core

// Sockets that systemd listens on for this program (sd_listen_fds(3)).
#pragma once

#include <vector>

#include "core/result.h"

namespace understudy::adapters {

// In the unit's order; programs that this one starts do not get them. kInvalid: there are none for
// this process.
core::Result<std::vector<int>> inherited_sockets();

}  // namespace understudy::adapters

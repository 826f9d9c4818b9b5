// Work done from inside another network namespace of this machine.
#pragma once

#include <sys/types.h>

#include <functional>

#include "core/result.h"

namespace understudy::stack {

// In the network of that process (0: this machine's own), on a thread of its own; returns when the
// work has. kIo: the namespace cannot be entered, and nothing was done.
core::Result<void> within_network_of(pid_t process, const std::function<void()>& work);

}  // namespace understudy::stack

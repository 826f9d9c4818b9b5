// HAProxy of a load balancer told to begin anew, and how long its route is wrong then.
#pragma once

#include <chrono>
#include <string>

#include "core/result.h"

namespace understudy::stack {

enum class NewBeginning {
    kReload,   // SIGUSR2: a new worker takes over the listeners
    kRestart,  // SIGKILL; Docker starts it again
};

// From the first answer of the new worker until it sends writers to `writer` alone.
core::Result<std::chrono::microseconds> begin_anew(const std::string& balancer,
                                                   const std::string& writer, NewBeginning how);

}  // namespace understudy::stack

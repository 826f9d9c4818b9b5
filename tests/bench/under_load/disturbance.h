// What is done to the running stack under load, and how it is over again.
#pragma once

#include <array>
#include <string>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::bench {

enum class Disturbance {
    kSwitchover,   // the primary is moved, planned
    kPrimaryKill,  // the primary's mysqld is killed
    kBackendKill,  // Nginx or PHP-FPM of a web server is killed, all its processes
    kDrain,        // a web server is drained, and put back
};

inline constexpr std::array kDisturbances{Disturbance::kSwitchover, Disturbance::kPrimaryKill,
                                          Disturbance::kBackendKill, Disturbance::kDrain};

// As tests/bench/run names it.
const char* name_of(Disturbance disturbance);

struct Happening {
    std::string what;  // "web1 to web2"
    core::WallTime begun;
    core::WallTime over;  // serves again as planned: written to, routed, drained
};

// Round by round it is done to the other server. Waits until the stack is settled before, and until
// what was killed is back after.
core::Result<Happening> disturb(Disturbance disturbance, int round);

}  // namespace understudy::bench

// What happens to the primary's server, and how it is over again.
#pragma once

#include <functional>
#include <string>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::bench {

enum class Fault {
    kKill,         // mysqld is killed
    kCutThenKill,  // the server is cut off, superseded, then mysqld is killed, then it is mended
    kFreeze,       // every process of the server stands still until it is superseded
};

const char* name_of(Fault fault);

struct FaultTimes {
    core::WallTime begun;
    core::WallTime over;  // nothing hinders the host any more
};

// `superseded` waits until another primary is written to. The server is whole again afterwards,
// also after an error.
core::Result<FaultTimes> inflict(
    Fault fault, const std::string& primary,
    const std::function<core::Result<void>(core::WallTime)>& superseded);

}  // namespace understudy::bench

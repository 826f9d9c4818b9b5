// Whether two hosts hold the same.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::bench {

// Waits until the replica has applied what the primary has executed, then compares the checksums of
// all tables and the names of all accounts; what differs, by name. The agents' heartbeat table is
// left out: it changes several times a second.
core::Result<std::vector<std::string>> differences(const std::string& primary,
                                                   const std::string& replica);

}  // namespace understudy::bench

// The state that a measurement begins from: a pair that serves as it does in daily life.
#pragma once

#include <string>

#include "core/result.h"
#include "tests/stack/cluster_status.h"

namespace understudy::stack {

// Docker doubles its pause before a restart of what ran for less than 10 s.
inline constexpr core::Millis kSettledAge{10'500};

// Clears the count of the guard against flapping (it is for failures that nobody has looked at),
// and waits until the pair is protected, the candidate's lag below 0.5 s and the primary's mysqld
// settled.
core::Result<ClusterStatus> await_settled_pair(core::Millis deadline);

// Until the container's first process, which must have this command name, is settled.
core::Result<void> await_settled_process(const std::string& service, const std::string& command,
                                         core::Millis deadline);

}  // namespace understudy::stack

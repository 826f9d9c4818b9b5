// The metrics of this host's services on the terminal, as a running agent would serve them, less
// what only it knows.
#pragma once

#include "agent/config.h"
#include "core/result.h"

namespace understudy::agent {

// Collects once and prints the page to standard output; what failed, and why, to standard error.
// The value: whether every collector succeeded. kInvalid: the configuration cannot be used.
core::Result<bool> collect_once(const AgentConfig& config);

}  // namespace understudy::agent

// The agent's word, left in a file that the agent removes the moment mysqld dies.
#pragma once

#include <string>

#include "core/identity.h"
#include "core/result.h"
#include "core/rewind_plan.h"

namespace understudy::prestart {

// Waits for the file to appear, at most `most`. kTimeout when it does not.
core::Result<core::RejoinOrder> await_order(const std::string& file, core::Millis most);

}  // namespace understudy::prestart

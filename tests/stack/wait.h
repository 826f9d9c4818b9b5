// Bounded waiting for what another program does.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

// Asks again and again until the answer is empty; an answer says what is still wrong. kTimeout
// carries the last answer.
core::Result<void> wait_until(const std::string& what, core::Millis deadline,
                              const std::function<std::string()>& still_wrong);

}  // namespace understudy::stack

// Time, so that a simulator can own it.
#pragma once

#include "core/identity.h"

namespace understudy::ports {

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual core::Now now() const = 0;
};

}  // namespace understudy::ports

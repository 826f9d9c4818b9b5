// The address that moves between the load balancers, as far as this host has it.
#pragma once

#include "core/result.h"

namespace understudy::ports {

// Every call may be made from any thread.
class VirtualAddress {
  public:
    virtual ~VirtualAddress() = default;

    [[nodiscard]] virtual bool held() const = 0;

    // Takes it off this host; nothing is done where it is not. kRefused: not permitted.
    virtual core::Result<void> remove() = 0;
};

}  // namespace understudy::ports

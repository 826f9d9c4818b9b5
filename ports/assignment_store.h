// The agent's durable memory of what it was last told: one opaque text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace understudy::ports {

class AssignmentStore {
  public:
    virtual ~AssignmentStore() = default;

    // Nothing: never stored. kIo; kInvalid: what is there is damaged.
    virtual core::Result<std::optional<std::string>> load() = 0;

    // Durable when it returns; on an error the former text is still there.
    virtual core::Result<void> store(std::string_view text) = 0;
};

}  // namespace understudy::ports

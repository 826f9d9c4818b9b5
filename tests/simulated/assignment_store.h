// Durable memory that outlives the agent under test.
#pragma once

#include <optional>
#include <string>

#include "ports/assignment_store.h"

namespace understudy::simulated {

class AssignmentStore final : public ports::AssignmentStore {
  public:
    bool broken = false;

    core::Result<std::optional<std::string>> load() override { return text_; }

    core::Result<void> store(std::string_view text) override {
        if (broken) return core::failure(core::ErrorCode::kIo, "store the assignment", "disk full");
        text_ = std::string(text);
        return {};
    }

  private:
    std::optional<std::string> text_;
};

}  // namespace understudy::simulated

// ports::AssignmentStore in one file, mode 0600: replaced by rename, durable when store() returns.
#pragma once

#include <string>

#include "ports/assignment_store.h"

namespace understudy::adapters {

class AssignmentFile final : public ports::AssignmentStore {
  public:
    explicit AssignmentFile(std::string path);

    core::Result<std::optional<std::string>> load() override;
    core::Result<void> store(std::string_view text) override;

  private:
    std::string path_;
};

}  // namespace understudy::adapters

// ports::AssignmentStore in one file, mode 0600: replaced by rename, durable before store() returns.
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

// Writes `text` to `path` by way of a neighbour and a rename: a reader sees the old or the new.
// Durable only when `durable`. kIo.
enum class Durability { kDurable, kUntilReboot };
core::Result<void> replace_file(const std::string& path, std::string_view text, unsigned mode,
                                Durability durability);

}  // namespace understudy::adapters

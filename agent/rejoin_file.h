// The rejoin order as a file, where the step before mysqld's start waits for it.
#pragma once

#include <optional>
#include <string>

#include "core/rewind_plan.h"

namespace understudy::agent {

class RejoinFile {
  public:
    explicit RejoinFile(std::string path);

    // An order appears whole, by rename; nothing: the file is removed. A file that cannot be
    // written keeps mysqld from starting only as long as the other side waits; the reason is
    // logged.
    void tell(const std::optional<core::RejoinOrder>& order) const;

  private:
    std::string path_;
};

}  // namespace understudy::agent

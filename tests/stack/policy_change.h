// Another policy for as long as a test takes: the controller's file is changed in place, and the
// controller reads it again.
#pragma once

#include <string>

#include "core/result.h"

namespace understudy::stack {

class PolicyChange {
  public:
    // kNotFound: the file does not say `from`.
    static core::Result<PolicyChange> of(const std::string& from, const std::string& to);
    ~PolicyChange();  // takes it back
    PolicyChange(PolicyChange&& other) noexcept;
    PolicyChange& operator=(PolicyChange&&) = delete;
    PolicyChange(const PolicyChange&) = delete;
    PolicyChange& operator=(const PolicyChange&) = delete;

    core::Result<void> take_back();

  private:
    explicit PolicyChange(std::string former) : former_(std::move(former)) {}
    std::string former_;  // the file's content; empty: taken back
};

}  // namespace understudy::stack

// A virtual address that comes and goes as a test wants.
#pragma once

#include <optional>

#include "ports/virtual_address.h"

namespace understudy::simulated {

class VirtualAddress final : public ports::VirtualAddress {
  public:
    [[nodiscard]] bool held() const override { return here; }
    core::Result<void> remove() override {
        if (fails) return tl::unexpected(*fails);
        here = false;
        return {};
    }

    bool here = false;
    std::optional<core::Error> fails;
};

}  // namespace understudy::simulated

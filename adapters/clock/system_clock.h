// The machine's clocks.
#pragma once

#include "ports/clock.h"

namespace understudy::adapters {

class SystemClock final : public ports::Clock {
  public:
    [[nodiscard]] core::Now now() const override {
        return {std::chrono::time_point_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now()),
                std::chrono::time_point_cast<std::chrono::microseconds>(
                    std::chrono::system_clock::now())};
    }
};

}  // namespace understudy::adapters

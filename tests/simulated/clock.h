// Time that passes when told.
#pragma once

#include "ports/clock.h"

namespace understudy::simulated {

class Clock final : public ports::Clock {
  public:
    [[nodiscard]] core::Now now() const override { return now_; }
    void pass(core::Millis time) {
        now_.monotonic += time;
        now_.wall += time;
    }

  private:
    core::Now now_{core::MonotonicTime{std::chrono::hours(1)},
                   core::WallTime{std::chrono::hours(500'000)}};
};

}  // namespace understudy::simulated

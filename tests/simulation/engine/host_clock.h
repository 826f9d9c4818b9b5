// One host's clocks: both drift against true time, and the time of day may be stepped.
#pragma once

#include "ports/clock.h"
#include "tests/simulation/engine/event_queue.h"

namespace understudy::simulation {

class HostClock final : public ports::Clock {
  public:
    HostClock(const EventQueue& queue, Micros offset, std::int64_t drift_ppm)
        : queue_(queue), offset_(offset), drift_ppm_(drift_ppm) {}

    [[nodiscard]] core::Now now() const override {
        const Micros t = queue_.now();
        const Micros local = t + Micros(t.count() * drift_ppm_ / 1000000);
        return {core::MonotonicTime{std::chrono::hours(1) + offset_ + local},
                core::WallTime{std::chrono::hours(500'000) + local + step_}};
    }
    void step(Micros by) { step_ += by; }

  private:
    const EventQueue& queue_;
    Micros offset_;
    std::int64_t drift_ppm_;
    Micros step_{0};
};

}  // namespace understudy::simulation

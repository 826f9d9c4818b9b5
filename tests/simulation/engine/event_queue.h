// Virtual time: what is to happen, in order. Events of one instant happen in the order in which
// they were asked for, so a run depends on nothing but its seed.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/engine/action.h"
#include "tests/simulation/engine/random.h"

namespace understudy::simulation {

class EventQueue {
  public:
    [[nodiscard]] Micros now() const { return now_; }
    void at(Micros when, Action what);
    void after(Micros delay, Action what) { at(now_ + delay, std::move(what)); }

    // Runs every event up to `until`, or until stop().
    void run(Micros until);
    void stop() { stopped_ = true; }
    [[nodiscard]] std::uint64_t events() const { return order_; }

  private:
    // What is moved about in the heap is small; the actions stay where they are.
    struct Event {
        Micros when;
        std::uint64_t order = 0;
        std::size_t slot = 0;
    };
    struct Later {
        bool operator()(const Event& left, const Event& right) const {
            return left.when != right.when ? left.when > right.when : left.order > right.order;
        }
    };

    std::vector<Event> heap_;
    std::vector<Action> slots_;
    std::vector<std::size_t> free_;
    Micros now_{0};
    std::uint64_t order_ = 0;
    bool stopped_ = false;
};

}  // namespace understudy::simulation

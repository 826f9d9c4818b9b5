// Virtual time: what is to happen, in order. Events of one instant happen in the order in which
// they were asked for, so a run depends on nothing but its seed.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "tests/simulation/engine/action.h"
#include "tests/simulation/engine/random.h"

namespace understudy::simulation {

class EventQueue {
  public:
    [[nodiscard]] Micros now() const { return now_; }
    template <class Do>
    void at(Micros when, Do&& act) {
        slot_for(when).emplace(std::forward<Do>(act));
    }
    template <class Do>
    void after(Micros delay, Do&& act) {
        at(now_ + delay, std::forward<Do>(act));
    }

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

    Action& slot_for(Micros when);

    std::vector<Event> heap_;
    std::deque<Action> slots_;  // where they stay while they run
    std::vector<std::size_t> free_;
    Micros now_{0};
    std::uint64_t order_ = 0;
    bool stopped_ = false;
};

}  // namespace understudy::simulation

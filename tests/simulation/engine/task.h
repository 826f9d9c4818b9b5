// One thread of a simulated process: runs production code that blocks, in virtual time.
#pragma once

#include <cstdint>
#include <functional>

#include "tests/simulation/engine/event_queue.h"
#include "tests/simulation/engine/fiber.h"

namespace understudy::simulation {

class Task {
  public:
    Task(EventQueue& queue, std::function<void(Task&)> body);

    void start() { resume_after(Micros{0}); }

    // From within. A call that takes this long; and a wait that wake() ends early.
    void busy(Micros time);
    void wait(Micros most);
    // The same wait again and again, as long as `idle` says that there is nothing to do after it.
    void wait_while(Micros each, std::function<bool()> idle);

    // From outside.
    void wake();
    void kill();
    void freeze() { frozen_ = true; }
    void thaw();

  private:
    void resume_after(Micros delay);
    void resume(std::uint64_t ticket);

    EventQueue& queue_;
    Fiber fiber_;
    std::uint64_t ticket_ = 0;    // of the suspension that an event may end
    std::function<bool()> idle_;  // asked before a wait ends by itself
    Micros each_{0};
    bool waiting_ = false;
    bool woken_ = false;
    bool frozen_ = false;
    bool due_while_frozen_ = false;
};

}  // namespace understudy::simulation

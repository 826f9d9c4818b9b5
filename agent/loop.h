// A thread that does one thing again and again until it is told to stop.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/identity.h"

namespace understudy::agent {

// Calls `round`, then waits the returned time or until woken. Stopping waits for a running round.
class Loop {
  public:
    explicit Loop(std::function<core::Millis()> round);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void wake();

  private:
    void run(const std::stop_token& stop);

    std::function<core::Millis()> round_;
    std::mutex mutex_;
    std::condition_variable_any news_;
    bool woken_ = false;
    std::jthread thread_;
};

}  // namespace understudy::agent

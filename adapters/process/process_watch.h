// Watches one service's process: told at once when it ends (pidfd_open(2), Linux 5.3), soon after
// when it runs again. One thread a watch; while the process lives the thread sleeps in poll().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "core/identity.h"
#include "core/result.h"
#include "ports/clock.h"

namespace understudy::adapters {

class ProcessWatch {
  public:
    // Called on the watch's thread.
    struct Events {
        std::function<void(std::uint64_t incarnation)> on_start;  // differs from run to run
        std::function<void(core::WallTime noticed)> on_death;
    };

    ProcessWatch(std::string command, Events events, const ports::Clock& clock);
    ~ProcessWatch();
    ProcessWatch(const ProcessWatch&) = delete;
    ProcessWatch& operator=(const ProcessWatch&) = delete;

    // SIGKILL to the very process that is watched. kNotFound: none runs; kRefused: not permitted.
    core::Result<void> kill_hard();

  private:
    void run(const std::stop_token& stop);
    bool adopt();         // finds the process and opens its pidfd
    void await_death(const std::stop_token& stop);

    std::string command_;
    Events events_;
    const ports::Clock& clock_;
    int stop_event_;
    std::mutex mutex_;
    int pidfd_ = -1;
    std::jthread thread_;
};

}  // namespace understudy::adapters

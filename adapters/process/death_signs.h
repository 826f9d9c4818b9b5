// Notices that a process is dying before its end is over.
//
// The kernel takes back a killed process's memory before its pidfd tells of the end: 50 to 90 ms
// for mysqld with a buffer pool of 128 MiB, seconds for a large one. Its threads end first. So
// pidfds of some threads (PIDFD_THREAD, Linux 6.9; see pidfd_open(2)) give the hint, and the flag
// PF_EXITING of the process (field 9 of /proc/PID/stat) is the proof. On older kernels the flag is
// looked at every 10 ms.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <vector>

namespace understudy::adapters {

enum class DeathHints { kThreads, kNone };  // kNone: as on a kernel that has none

class DeathSigns {
  public:
    // Both descriptors stay the caller's; `stop_event` becomes readable to end the waiting.
    DeathSigns(pid_t pid, int pidfd, int stop_event, DeathHints hints = DeathHints::kThreads);
    ~DeathSigns();
    DeathSigns(const DeathSigns&) = delete;
    DeathSigns& operator=(const DeathSigns&) = delete;

    // Returns true as soon as the process is dying or has ended, false when told to stop.
    bool await();

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    struct Thread {
        pid_t id = 0;
        int pidfd = -1;
    };

    void watch_threads();
    [[nodiscard]] int wait_ms(SteadyTime now) const;
    // Whether one of the watched threads has ended since the last call.
    bool thread_ended(const std::vector<bool>& readable);
    [[nodiscard]] bool dying() const;

    pid_t pid_;
    int pidfd_;
    int stop_event_;
    std::vector<Thread> threads_;
    bool threads_can_be_watched_;
    SteadyTime suspicious_until_{};
};

}  // namespace understudy::adapters

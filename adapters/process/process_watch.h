// ports::ProcessWatch by pidfd (pidfd_open(2), Linux 5.3): told at once when the process begins to
// die (death_signs.h), soon after when it runs again. One thread a watch, which sleeps in poll()
// while the process lives.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "ports/process_watch.h"

namespace understudy::adapters {

class PidfdWatch final : public ports::ProcessWatch {
  public:
    // `command` as in /proc/PID/comm; of several, the master (see find_process()).
    PidfdWatch(std::string command, ports::ProcessEvents events);
    ~PidfdWatch() override;
    PidfdWatch(const PidfdWatch&) = delete;
    PidfdWatch& operator=(const PidfdWatch&) = delete;

    [[nodiscard]] core::ProcessState state() const override { return state_; }
    [[nodiscard]] std::uint64_t incarnation() const override { return incarnation_; }
    // kRefused: not permitted.
    core::Result<void> kill_hard() override;

  private:
    void run(const std::stop_token& stop);
    bool adopt();
    void await_death();

    std::string command_;
    ports::ProcessEvents events_;
    int stop_event_;
    pid_t pid_ = 0;  // the thread's own
    std::mutex mutex_;
    int pidfd_ = -1;
    std::atomic<core::ProcessState> state_{core::ProcessState::kUnknown};
    std::atomic<std::uint64_t> incarnation_{0};
    std::jthread thread_;
};

}  // namespace understudy::adapters

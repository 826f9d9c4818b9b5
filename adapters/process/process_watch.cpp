#include "adapters/process/process_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include "adapters/process/death_signs.h"
#include "adapters/process/process_table.h"

namespace understudy::adapters {

namespace {

// How often /proc is searched while the process is missing.
constexpr int kSearchEveryMs = 50;

int pidfd_open(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

core::WallTime wall_now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace

PidfdWatch::PidfdWatch(std::string command, ports::ProcessEvents events)
    : command_(std::move(command)),
      events_(std::move(events)),
      stop_event_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

PidfdWatch::~PidfdWatch() {
    thread_.request_stop();
    ::eventfd_write(stop_event_, 1);
    thread_.join();
    if (pidfd_ >= 0) ::close(pidfd_);
    ::close(stop_event_);
}

core::Result<void> PidfdWatch::kill_hard() {
    const std::lock_guard lock(mutex_);
    const std::string operation = "kill " + command_;
    if (pidfd_ < 0 || ::syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0) == 0) return {};
    const int number = errno;
    if (number == ESRCH) return {};
    return core::failure(core::ErrorCode::kRefused, operation, std::strerror(number), number);
}

bool PidfdWatch::adopt() {
    const auto found = find_process(command_);
    if (!found) return false;
    const int opened = pidfd_open(found->pid);
    if (opened < 0) return false;
    // The number may have passed to another process between the search and the opening.
    const auto again = find_process(command_);
    if (!again || again->pid != found->pid || again->start_ticks != found->start_ticks) {
        ::close(opened);
        return false;
    }
    pid_ = found->pid;
    {
        const std::lock_guard lock(mutex_);
        pidfd_ = opened;
    }
    incarnation_ = found->incarnation();
    state_ = core::ProcessState::kRunning;
    events_.on_start(found->incarnation(), wall_now());
    return true;
}

void PidfdWatch::await_death() {
    if (!DeathSigns(pid_, pidfd_, stop_event_).await()) return;
    state_ = core::ProcessState::kGone;
    events_.on_death(wall_now());
    const std::lock_guard lock(mutex_);
    ::close(pidfd_);
    pidfd_ = -1;
}

void PidfdWatch::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (adopt()) {
            await_death();
            continue;
        }
        if (state_ == core::ProcessState::kUnknown) {
            state_ = core::ProcessState::kGone;
            events_.on_death(wall_now());
        }
        pollfd stopped{stop_event_, POLLIN, 0};
        ::poll(&stopped, 1, kSearchEveryMs);
    }
}

}  // namespace understudy::adapters

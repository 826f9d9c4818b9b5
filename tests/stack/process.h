// Kills a process for certain: by process number from outside its container, its end awaited.
#pragma once

#include <sys/types.h>

#include <string>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

// A running process, held by a pidfd, so that a number given to another is never hit.
class Process {
  public:
    // kNotFound: no such process, or it is not called `command` (as in /proc/PID/comm).
    static core::Result<Process> find(pid_t pid, const std::string& command);
    ~Process();
    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    core::Result<void> signal(int number) const;
    // SIGKILL, and the moment just before it was sent.
    [[nodiscard]] core::Result<core::WallTime> kill() const;
    core::Result<void> await_end(core::Millis deadline) const;
    [[nodiscard]] pid_t pid() const { return pid_; }
    // Since its start; kNotFound when it has ended.
    [[nodiscard]] core::Result<core::Millis> age() const;

  private:
    Process(pid_t pid, int descriptor) : pid_(pid), descriptor_(descriptor) {}
    pid_t pid_;
    int descriptor_;
};

core::WallTime wall_now();

}  // namespace understudy::stack

#include "tests/stack/process.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <fstream>
#include <utility>

#include "adapters/process/process_table.h"

namespace understudy::stack {

namespace {

tl::unexpected<core::Error> system_failure(const std::string& operation) {
    return core::failure(core::ErrorCode::kIo, operation, std::strerror(errno), errno);
}

}  // namespace

core::Result<Process> Process::find(pid_t pid, const std::string& command) {
    // Linux wrappers came with glibc 2.36; older ones have the calls alone.
    const auto descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    const std::string operation = command + " as process " + std::to_string(pid);
    if (descriptor < 0) {
        return core::failure(core::ErrorCode::kNotFound, operation, std::strerror(errno), errno);
    }
    Process process(pid, descriptor);
    std::string name;
    std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm"), name);
    if (name != command) {
        return core::failure(core::ErrorCode::kNotFound, operation, "it is \"" + name + "\"");
    }
    return process;
}

Process::~Process() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Process::Process(Process&& other) noexcept
    : pid_(other.pid_), descriptor_(std::exchange(other.descriptor_, -1)) {}

core::Result<void> Process::signal(int number) const {
    if (::syscall(SYS_pidfd_send_signal, descriptor_, number, nullptr, 0) == 0) return {};
    return system_failure("signalling process " + std::to_string(pid_));
}

core::Result<core::WallTime> Process::kill() const {
    const auto now = wall_now();
    if (auto sent = signal(SIGKILL); !sent) return tl::unexpected(sent.error());
    return now;
}

core::Result<void> Process::await_end(core::Millis deadline) const {
    pollfd ended{descriptor_, POLLIN, 0};
    const int ready = ::poll(&ended, 1, static_cast<int>(deadline.count()));
    if (ready > 0) return {};
    if (ready < 0) return system_failure("waiting for process " + std::to_string(pid_));
    return core::failure(core::ErrorCode::kTimeout, "waiting for process " + std::to_string(pid_),
                         "still there after " + std::to_string(deadline.count()) + " ms");
}

core::Result<core::Millis> Process::age() const {
    const auto entry = adapters::read_process(pid_);
    if (!entry || entry->dead) {
        return core::failure(core::ErrorCode::kNotFound, "age of process " + std::to_string(pid_),
                             "it has ended");
    }
    timespec since_boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    const auto start_ms =
        entry->start_ticks * 1000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return core::Millis(since_boot.tv_sec * 1000 + since_boot.tv_nsec / 1'000'000 -
                        static_cast<std::int64_t>(start_ms));
}

core::WallTime wall_now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace understudy::stack

// What /proc says of running processes (proc(5)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::adapters {

struct ProcessEntry {
    pid_t pid = 0;
    pid_t parent = 0;
    std::string command;            // at most 15 bytes, as the kernel keeps it
    bool dead = false;              // a zombie, or on its way out: killed, its memory being freed
    std::uint64_t start_ticks = 0;  // since boot

    // Differs from one run to the next, also when the number is given out again.
    [[nodiscard]] std::uint64_t incarnation() const {
        return start_ticks << 22U | static_cast<std::uint64_t>(pid);
    }
};

// One line of /proc/PID/stat; nothing for what is not one.
std::optional<ProcessEntry> parse_process_stat(std::string_view line);

// The running process of that command whose parent has another one: a service's master. The
// oldest, when there are several.
std::optional<ProcessEntry> find_process(std::string_view command);

std::optional<ProcessEntry> read_process(pid_t pid);

// Its threads' numbers, the oldest first; empty when there is no such process.
std::vector<pid_t> threads_of(pid_t pid);

}  // namespace understudy::adapters

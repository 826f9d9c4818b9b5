// What /proc says of running processes (proc(5)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::adapters {

struct ProcessEntry {
    pid_t pid = 0;
    pid_t parent = 0;
    std::string command;           // at most 15 bytes, as the kernel keeps it
    char state = '?';              // 'Z' and 'X' are dead
    std::uint64_t start_ticks = 0;  // since boot
};

// One line of /proc/PID/stat; nothing for what is not one.
std::optional<ProcessEntry> parse_stat(std::string_view line);

// The running process of that command whose parent has another one: a service's master. The
// oldest, when there are several.
std::optional<ProcessEntry> find_master(std::string_view command,
                                        const std::string& proc = "/proc");

}  // namespace understudy::adapters

#include "adapters/process/process_table.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace understudy::adapters {

namespace {

constexpr std::size_t kKeptCommandBytes = 15;
constexpr int kParentField = 4;  // counted from 1, as proc(5) does
constexpr int kStateField = 3;
constexpr int kFlagsField = 9;
constexpr int kStartField = 22;
constexpr std::uint64_t kExiting = 0x4;  // PF_EXITING of include/linux/sched.h

template <class Number>
bool read_number(const std::string& text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

std::map<pid_t, ProcessEntry> running_processes() {
    std::map<pid_t, ProcessEntry> found;
    std::error_code error;
    for (const auto& folder : std::filesystem::directory_iterator("/proc", error)) {
        pid_t pid = 0;
        if (!read_number(folder.path().filename().string(), pid)) continue;
        auto entry = read_process(pid);
        if (entry && !entry->dead) found[pid] = std::move(*entry);
    }
    return found;
}

}  // namespace

std::optional<ProcessEntry> parse_process_stat(std::string_view line) {
    const auto open = line.find('(');
    const auto close = line.rfind(')');  // a command may hold parentheses itself
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
        return std::nullopt;
    }
    ProcessEntry entry;
    entry.command = line.substr(open + 1, close - open - 1);
    std::istringstream pid_text{std::string(line.substr(0, open))};
    if (!(pid_text >> entry.pid)) return std::nullopt;
    std::istringstream rest{std::string(line.substr(close + 1))};
    std::string field;
    for (int number = kStateField; rest >> field; ++number) {
        if (number == kStateField) entry.dead = field == "Z" || field == "X";
        if (number == kParentField && !read_number(field, entry.parent)) return std::nullopt;
        if (number == kFlagsField) {
            std::uint64_t flags = 0;
            if (!read_number(field, flags)) return std::nullopt;
            entry.dead = entry.dead || (flags & kExiting) != 0;
        }
        if (number == kStartField) {
            return read_number(field, entry.start_ticks) ? std::optional(entry) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<ProcessEntry> read_process(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::stringstream text;
    text << file.rdbuf();
    return parse_process_stat(text.str());
}

std::vector<pid_t> threads_of(pid_t pid) {
    std::vector<pid_t> threads;
    std::error_code error;
    const auto folder = "/proc/" + std::to_string(pid) + "/task";
    // The process may end meanwhile: an error, and no exception.
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        pid_t id = 0;
        if (read_number(at->path().filename().string(), id)) threads.push_back(id);
    }
    std::sort(threads.begin(), threads.end());
    return threads;
}

std::optional<ProcessEntry> find_process(std::string_view command) {
    const auto wanted = command.substr(0, kKeptCommandBytes);
    const auto processes = running_processes();
    std::optional<ProcessEntry> master;
    for (const auto& [pid, entry] : processes) {
        if (entry.command != wanted) continue;
        const auto parent = processes.find(entry.parent);
        if (parent != processes.end() && parent->second.command == wanted) continue;
        if (!master || entry.start_ticks < master->start_ticks) master = entry;
    }
    return master;
}

}  // namespace understudy::adapters

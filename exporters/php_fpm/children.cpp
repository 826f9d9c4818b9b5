#include "exporters/php_fpm/children.h"

#include <unistd.h>

#include <string>

#include "adapters/process/process_table.h"
#include "exporters/first_bytes.h"
#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;

constexpr auto kReadChildren = "read the children of a PHP-FPM pool";
constexpr std::size_t kMostChildren = 1024;

}  // namespace

core::Result<std::vector<PoolChild>> parse_pool_children(std::string_view text) {
    std::vector<PoolChild> children;
    std::optional<std::uint32_t> pid;
    while (!text.empty() && children.size() < kMostChildren) {
        const auto fields = fields_of(take_line(text));
        if (fields.size() != 2) continue;
        if (fields[0] == "pid:") {
            if (pid) break;
            pid = number_from<std::uint32_t>(fields[1]);
        } else if (fields[0] == "requests:" && pid) {
            const auto requests = number_from<std::uint64_t>(fields[1]);
            if (!requests) break;
            children.push_back({*pid, *requests});
            pid.reset();
        }
    }
    if (pid) {
        return failure(ErrorCode::kInvalid, kReadChildren,
                       "process " + std::to_string(*pid) + " is without its number of requests");
    }
    if (children.empty()) {
        return failure(ErrorCode::kInvalid, kReadChildren, "no process in its status");
    }
    return children;
}

std::optional<std::uint64_t> parse_anonymous_pages(std::string_view statm) {
    constexpr std::size_t kResident = 1;
    constexpr std::size_t kOfFilesAndShared = 2;
    constexpr std::uint64_t kMostPages = std::uint64_t{1} << 40U;
    const auto fields = fields_of(take_line(statm));
    if (fields.size() <= kOfFilesAndShared) return std::nullopt;
    const auto resident = number_from<std::uint64_t>(fields[kResident]);
    const auto other = number_from<std::uint64_t>(fields[kOfFilesAndShared]);
    if (!resident || !other || *other > *resident || *resident > kMostPages) return std::nullopt;
    return *resident - *other;
}

std::optional<ChildMemory> memory_of(const PoolChild& child) {
    static const auto kPageBytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    constexpr std::size_t kLargestStatm = 256;
    // Where the numbers are those of other processes' namespace, another one may have this number.
    const auto process = adapters::read_process(static_cast<pid_t>(child.pid));
    if (!process || process->dead || !process->command.starts_with("php-fpm")) return std::nullopt;
    const auto statm = first_bytes_of("/proc/" + std::to_string(child.pid) + "/statm",
                                      kLargestStatm, kReadChildren);
    if (!statm) return std::nullopt;
    const auto pages = parse_anonymous_pages(*statm);
    if (!pages) return std::nullopt;
    return ChildMemory{process->incarnation(), child.requests, *pages * kPageBytes};
}

}  // namespace understudy::exporters

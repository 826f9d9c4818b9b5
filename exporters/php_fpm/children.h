// The children of a PHP-FPM pool: which there are, by its full status (php.net, "FPM Status Page"),
// and how much memory each holds, by the kernel.
//
// The status is read as text, not as JSON, which would take many times its memory. It quotes what
// visitors sent; of that a user's name may go over several lines, but holds no colon.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace understudy::exporters {

struct PoolChild {
    std::uint32_t pid = 0;
    std::uint64_t requests = 0;  // that it took since it was started
    bool operator==(const PoolChild&) const = default;
};

// The first 1,024 of them. kInvalid: no child is there, or one without its number of requests.
core::Result<std::vector<PoolChild>> parse_pool_children(std::string_view text);

// Anonymous memory, in pages, of a line of /proc/PID/statm (proc(5)): what is resident and neither
// of a file nor shared. Nothing: it is not such a line.
std::optional<std::uint64_t> parse_anonymous_pages(std::string_view statm);

// A child as it was found at one moment.
struct ChildMemory {
    std::uint64_t incarnation = 0;  // differs from one process to the next
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
};

// Nothing: there is no PHP-FPM of that number, as far as can be seen from here.
std::optional<ChildMemory> memory_of(const PoolChild& child);

}  // namespace understudy::exporters

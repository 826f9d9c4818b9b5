// The strong types that name things, and the fencing token.
#pragma once

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace understudy::core {

// clang-tidy 14 takes the zero that a defaulted <=> compares with for a null pointer.
// NOLINTBEGIN(modernize-use-nullptr)

// A server of the site, as the configuration and the load balancer name it.
struct HostName {
    std::string value;

    HostName() = default;
    explicit HostName(std::string name) : value(std::move(name)) {}
    [[nodiscard]] bool empty() const { return value.empty(); }
    bool operator==(const HostName&) const = default;
    // As std::string orders; names are a few bytes, for which a call of memcmp takes longest.
    std::strong_ordering operator<=>(const HostName& other) const {
        const auto common = std::min(value.size(), other.value.size());
        for (std::size_t i = 0; i < common; ++i) {
            const auto mine = static_cast<unsigned char>(value[i]);
            const auto theirs = static_cast<unsigned char>(other.value[i]);
            if (mine != theirs) return mine <=> theirs;
        }
        return value.size() <=> other.value.size();
    }
};

// Counts changes of the writer. Never falls.
struct Epoch {
    std::uint64_t value = 0;
    auto operator<=>(const Epoch&) const = default;
};

// Counts writes of the record. Never falls.
struct Revision {
    std::uint64_t value = 0;
    auto operator<=>(const Revision&) const = default;
};

// Orders everything the controller ever tells a host; an agent refuses what is lower than the
// highest it has stored.
struct FencingToken {
    Epoch epoch;
    Revision revision;
    auto operator<=>(const FencingToken&) const = default;
};

// NOLINTEND(modernize-use-nullptr)

// Local time that never steps: for ages and time-outs, never compared between hosts.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;
// Time of day: for people and for the parts of a failover, never for a decision about safety.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using Millis = std::chrono::milliseconds;

struct Now {
    MonotonicTime monotonic;
    WallTime wall;
};

// A named moment of an operation ("noticed", "drained", …).
struct Mark {
    std::string name;
    WallTime at;
    bool operator==(const Mark&) const = default;
};

}  // namespace understudy::core

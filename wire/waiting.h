// How many requests wait on a host right now, by tier of their way (docs/operations.md, "Where
// requests wait", says what counts in each).
#pragma once

#include <cstdint>
#include <optional>

namespace understudy::wire {

struct TierWaiting {
    std::optional<std::uint32_t> requests;  // nothing: it cannot be told now
    bool operator==(const TierWaiting&) const = default;
};

struct HostWaiting {
    // Nothing: the host has no such part.
    std::optional<TierWaiting> load_balancer;
    std::optional<TierWaiting> php_fpm;
    std::optional<TierWaiting> database;
    bool operator==(const HostWaiting&) const = default;
};

}  // namespace understudy::wire

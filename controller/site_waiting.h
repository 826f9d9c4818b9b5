// Where requests wait now, on the whole site, and which tier is to blame: the deepest one in which
// somebody waits, since a full one makes those before it wait too. The same tiers, and the same
// way to count, as Prometheus' rules (dashboards/prometheus/rules/waiting.yml).
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "core/identity.h"
#include "wire/waiting.h"

namespace understudy::controller {

struct HeardWaiting {
    wire::HostWaiting waiting;
    core::MonotonicTime at{};
};

// Who waited at both looks: a statement that runs for a moment is no queue.
wire::HostWaiting lasting(const wire::HostWaiting& before, const wire::HostWaiting& now);

// Of every agent what it said last; nothing: it never did.
using WaitingByHost = std::map<core::HostName, std::optional<HeardWaiting>>;

// The key `waiting` of a cluster's status (docs/api.md). What was said ten seconds ago no longer
// counts.
nlohmann::json waiting_json(const WaitingByHost& heard, core::MonotonicTime now);

}  // namespace understudy::controller

// "If the primary died now": who would take over, and what stands in the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cluster.h"

namespace understudy::core {

struct Readiness {
    std::optional<HostName> candidate;
    std::vector<std::string> blockers;  // empty: an automatic failover would go ahead
};

Readiness if_primary_died_now(const Record& record, const ClusterView& view,
                              const Topology& topology, const Policy& policy, Now now);

}  // namespace understudy::core

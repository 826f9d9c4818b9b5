// "If the primary died now": who would take over, what it would cost, and what stands in the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cluster.h"
#include "core/situation.h"

namespace understudy::core {

struct Readiness {
    std::optional<HostName> candidate;
    std::vector<std::string> blockers;  // empty: an automatic failover would go ahead
    // Acknowledged transactions that could be lost: none by a failover to the candidate; without
    // one, what the best host lacks that an operator could promote. Nothing: nobody can tell.
    std::optional<std::uint64_t> loss_transactions;
    // From the death being noticed to the first write: the promotion, and what the candidate has
    // received and not yet applied. Nothing: nobody would take over.
    std::optional<double> seconds;
    std::vector<Candidate> candidates;  // the best first
};

Readiness if_primary_died_now(const Record& record, const ClusterView& view,
                              const Topology& topology, const Policy& policy, Now now,
                              const PositionTrail* trail = nullptr);

}  // namespace understudy::core

// What a database host is, apart from what it does: whether it can be part of the cluster, and how
// its version compares.
#pragma once

#include <string>
#include <string_view>

#include "core/cluster.h"

namespace understudy::core {

// It replicates from a host that is none of the cluster's: taking it in would cut it from there for
// good, so it is refused with this reason. Empty: it does not.
std::string chained_source(const Topology& topology, const HostName& host,
                           const DatabaseFacts& facts);

// By their first two numbers, as "8.4" is of "9.7.0-3"; unknown versions are never older. MySQL
// replicates to the same or a newer version only (Reference Manual, "Replication Compatibility
// Between MySQL Versions").
bool older_version(std::string_view version, std::string_view than);

}  // namespace understudy::core

// Which orphans nobody was told of yet.
#pragma once

#include <optional>
#include <string>

#include "core/cluster.h"

namespace understudy::controller {

struct OrphanNews {
    core::HostName host;
    core::KeptOrphans orphans;
    std::string reason;
};

// The oldest that a host's report names and that is newer than what the record says was told.
std::optional<OrphanNews> next_orphan_news(const core::Record& record,
                                           const core::ClusterView& view);

// The record once that was told.
core::Record told(core::Record record, const OrphanNews& news);

}  // namespace understudy::controller

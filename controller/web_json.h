// One web server in the status document.
#pragma once

#include <nlohmann/json.hpp>

#include "controller/snapshot_board.h"
#include "core/cluster.h"

namespace understudy::controller {

nlohmann::json web_json(const Snapshot& snapshot, const core::Topology& topology,
                        const core::HostName& name);

}  // namespace understudy::controller

// What Prometheus is to scrape, for its service discovery by file (file_sd_configs): the metrics
// page of every agent that the controller has.
#pragma once

#include <cstdint>
#include <string>

#include "core/cluster.h"
#include "core/result.h"

namespace understudy::controller {

struct ScrapeTargetsConfig {
    std::string file;  // replaced whole; Prometheus has to be able to read its folder
    std::uint16_t agent_port = 9700;
    bool operator==(const ScrapeTargetsConfig&) const = default;
};

// The file's JSON: a group for each host, in the order of their names, with the labels `instance`
// (the host) and `kind` (load_balancer, web or database; a host that is both of these is web).
std::string scrape_targets(const core::Topology& topology, std::uint16_t agent_port);

// kIo: what is wrong with the folder. What was in the file stays then.
core::Result<void> write_scrape_targets(const core::Topology& topology,
                                        const ScrapeTargetsConfig& config);

}  // namespace understudy::controller

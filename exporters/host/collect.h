// The host's collectors: the files under /proc and /sys, and the filesystems.
//
// A file that this kernel does not have is left out without a word; one that cannot be read or
// parsed costs only its own part, which says so by node_scrape_collector_success 0.
#pragma once

#include <string>
#include <vector>

#include "core/identity.h"
#include "exporters/scrape.h"

namespace understudy::exporters {

struct HostRoots {
    std::string proc = "/proc";
    std::string sys = "/sys";
};

MetricPage collect_host(const HostRoots& roots, core::WallTime now);

// "host" and "filesystem": the second can hang where the first cannot.
std::vector<Collector> host_collectors(const HostRoots& roots, core::Millis deadline);

}  // namespace understudy::exporters

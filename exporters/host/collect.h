// The host's collectors, under node_exporter's names: the files under /proc and /sys, and the
// filesystems.
//
// A file that this kernel does not have is left out without a word; one that cannot be read or
// parsed costs only its own collector, which says so by node_scrape_collector_success 0.
#pragma once

#include <string>
#include <vector>

#include "core/identity.h"
#include "exporters/collector.h"
#include "exporters/host/network_devices.h"

namespace understudy::exporters {

struct HostRoots {
    std::string proc = "/proc";
    std::string sys = "/sys";
    std::string etc = "/etc";
    std::string udev = "/run/udev/data";
    // nullptr: /sys alone says what network devices there are.
    NetworkDevices::AskLinks ask_links = ask_network_links;
};

// All but "filesystem", which can hang, share a thread.
std::vector<Collector> host_collectors(const HostRoots& roots, core::Millis deadline);

}  // namespace understudy::exporters

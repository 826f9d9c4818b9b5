// Block devices: /proc/diskstats (kernel.org, "I/O statistics fields"). Partitions, loop devices
// and memory disks are left out, as node_exporter does.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct DiskStat {
    std::string device;
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    // Reads completed, merged, sectors, ms; writes the same; in flight, ms busy, weighted ms;
    // discards completed, merged, sectors, ms; flushes, ms.
    std::array<std::uint64_t, 17> columns{};
    std::size_t present = 0;  // older kernels have 11 or 15 columns
};

// kInvalid: a malformed line.
core::Result<std::vector<DiskStat>> parse_diskstats(std::string_view text);
void add_diskstats(MetricPage& page, const std::vector<DiskStat>& disks);

}  // namespace understudy::exporters

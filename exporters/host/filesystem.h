// Mounted filesystems: the list in /proc/self/mounts (fstab(5)) and what statvfs(3) says of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct Mount {
    std::string device;
    std::string mountpoint;
    std::string type;
    bool read_only = false;
    bool operator==(const Mount&) const = default;
};

// Without the kinds and places that node_exporter leaves out by default (proc, overlay, /sys, …),
// each place once. kInvalid: a malformed line.
core::Result<std::vector<Mount>> parse_mounts(std::string_view text);

struct FilesystemUsage {
    double size_bytes = 0;
    double free_bytes = 0;
    double available_bytes = 0;  // to those who are not root
    double files = 0;
    double files_free = 0;
};

// Nothing: the filesystem did not answer.
void add_filesystem(MetricPage& page, const Mount& mount,
                    const std::optional<FilesystemUsage>& usage);

}  // namespace understudy::exporters

#include "exporters/host/disk.h"

#include <algorithm>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

constexpr double kCount = 1;
constexpr double kSector = 512;
constexpr double kInMilliseconds = 0.001;

struct DiskColumn {
    const char* name;
    const char* help;
    bool counter;
    double unit;
};

constexpr std::array<DiskColumn, 17> kDiskColumns{{
    {"node_disk_reads_completed_total", "Reads completed.", true, kCount},
    {"node_disk_reads_merged_total", "Reads merged.", true, kCount},
    {"node_disk_read_bytes_total", "Bytes read.", true, kSector},
    {"node_disk_read_time_seconds_total", "Seconds spent by all reads.", true, kInMilliseconds},
    {"node_disk_writes_completed_total", "Writes completed.", true, kCount},
    {"node_disk_writes_merged_total", "Writes merged.", true, kCount},
    {"node_disk_written_bytes_total", "Bytes written.", true, kSector},
    {"node_disk_write_time_seconds_total", "Seconds spent by all writes.", true, kInMilliseconds},
    {"node_disk_io_now", "Requests in progress.", false, kCount},
    {"node_disk_io_time_seconds_total", "Seconds in which requests were in progress.", true,
     kInMilliseconds},
    {"node_disk_io_time_weighted_seconds_total", "Seconds spent by all requests.", true,
     kInMilliseconds},
    {"node_disk_discards_completed_total", "Discards completed.", true, kCount},
    {"node_disk_discards_merged_total", "Discards merged.", true, kCount},
    {"node_disk_discarded_sectors_total", "Sectors discarded.", true, kCount},
    {"node_disk_discard_time_seconds_total", "Seconds spent by all discards.", true,
     kInMilliseconds},
    {"node_disk_flush_requests_total", "Flushes completed.", true, kCount},
    {"node_disk_flush_requests_time_seconds_total", "Seconds spent by all flushes.", true,
     kInMilliseconds},
}};

bool is_left_out(std::string_view device) {
    auto stem = device;
    while (!stem.empty() && is_digit(stem.back())) stem.remove_suffix(1);
    if (stem.size() == device.size()) return false;
    for (const std::string_view name : {"ram", "zram", "loop", "fd"}) {
        if (stem == name) return true;
    }
    for (const std::string_view disk : {"hd", "sd", "vd", "xvd"}) {
        if (stem.starts_with(disk) && stem.size() == disk.size() + 1) return true;
    }
    return stem.starts_with("nvme") && stem.ends_with('p');
}

}  // namespace

core::Result<std::vector<DiskStat>> parse_diskstats(std::string_view text) {
    constexpr std::size_t kFirstColumn = 3;  // after major, minor, name
    constexpr std::size_t kFewestColumns = 11;
    std::vector<DiskStat> disks;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        bool valid = fields.size() >= kFirstColumn + kFewestColumns;
        DiskStat disk;
        if (valid) disk.device = fields[2];
        if (valid && is_left_out(disk.device)) continue;
        disk.major = valid ? number_from<std::uint32_t>(fields[0]).value_or(0) : 0;
        disk.minor = valid ? number_from<std::uint32_t>(fields[1]).value_or(0) : 0;
        disk.present = valid ? std::min(fields.size() - kFirstColumn, disk.columns.size()) : 0;
        for (std::size_t i = 0; i < disk.present; ++i) {
            const auto value = number_from<std::uint64_t>(fields[kFirstColumn + i]);
            valid = valid && value.has_value();
            disk.columns[i] = value.value_or(0);
        }
        if (!valid) {
            return core::failure(core::ErrorCode::kInvalid, "read /proc/diskstats",
                                 "malformed line: " + std::string(line));
        }
        disks.push_back(std::move(disk));
    }
    return disks;
}

void add_diskstats(MetricPage& page, const std::vector<DiskStat>& disks) {
    for (std::size_t i = 0; i < kDiskColumns.size(); ++i) {
        const auto& column = kDiskColumns[i];
        for (const auto& disk : disks) {
            if (i >= disk.present) continue;
            const auto value = static_cast<double>(disk.columns[i]) * column.unit;
            if (column.counter) {
                page.counter(column.name, column.help, value, {{"device", disk.device}});
            } else {
                page.gauge(column.name, column.help, value, {{"device", disk.device}});
            }
        }
    }
}

}  // namespace understudy::exporters

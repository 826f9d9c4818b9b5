// The scheduler's times: /proc/schedstat (kernel.org, "Scheduler Statistics").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct ScheduleTimes {
    std::string cpu;               // "0"
    std::uint64_t running_ns = 0;  // of all tasks together
    std::uint64_t waiting_ns = 0;  // for this processor
    std::uint64_t timeslices = 0;
    bool operator==(const ScheduleTimes&) const = default;
};

core::Result<std::vector<ScheduleTimes>> parse_schedstat(std::string_view text);
void add_schedstat(MetricPage& page, const std::vector<ScheduleTimes>& cpus);

}  // namespace understudy::exporters

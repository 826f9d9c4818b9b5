// How many control groups each controller has: /proc/cgroups (cgroups(7)).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct CgroupController {
    std::string name;  // "cpu", "memory"
    std::uint64_t groups = 0;
    bool enabled = false;
    bool operator==(const CgroupController&) const = default;
};

core::Result<std::vector<CgroupController>> parse_cgroups(std::string_view text);
void add_cgroups(MetricPage& page, const std::vector<CgroupController>& controllers);

}  // namespace understudy::exporters

// Memory: /proc/meminfo and /proc/vmstat (proc(5)).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

using NamedValues = std::vector<std::pair<std::string, double>>;

// Names as node_exporter makes them of the file's ("Active_anon_bytes"), values in bytes where the
// file has a unit. kInvalid: a malformed line, or none.
core::Result<NamedValues> parse_meminfo(std::string_view text);
void add_meminfo(MetricPage& page, const NamedValues& values);

// Only what node_exporter takes by default: paging, swapping, faults, OOM kills.
core::Result<NamedValues> parse_vmstat(std::string_view text);
void add_vmstat(MetricPage& page, const NamedValues& values);

}  // namespace understudy::exporters

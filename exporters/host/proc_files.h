// The collectors that read files of /proc: which, and how each is parsed.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

using Collect = std::function<core::Result<MetricPage>()>;

// Each by node_exporter's name. It keeps its files open; those that this kernel does not have are
// left out, and without any it fails with kNotFound. One caller at a time.
std::vector<std::pair<std::string, Collect>> proc_file_collectors(const std::string& proc);

}  // namespace understudy::exporters

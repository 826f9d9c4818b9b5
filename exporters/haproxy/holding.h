// What the stack's hold_for_writer.lua says of the connections that wait for a writer.
#pragma once

#include "exporters/haproxy/metrics.h"

namespace understudy::exporters {

inline constexpr auto kShowHolding = "show holding";

// From the answer to kShowHolding, "name: value" lines; what it does not say is left out.
MetricPage holding_metrics(const HaproxyInfo& holding);

}  // namespace understudy::exporters

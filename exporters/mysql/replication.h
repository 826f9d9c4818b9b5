// What this host's agent knows of replication, from the facts it decides by. Pure; the facts are in
// memory, so these metrics are there at every scrape, whatever the server does.
#pragma once

#include <optional>
#include <string>

#include "core/facts.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

// understudy_replication_lag_seconds{basis} and understudy_replication_lag_valid{basis}. Always
// both: where the lag is not known it is NaN and not valid (no comparison with it is true).
void add_lag(MetricPage& page, const std::string& basis, std::optional<double> seconds);

// Lag by heartbeat; receiver and applier as 0 or 1; transactions received and not yet applied;
// semi-sync; the write canary. Without an observation only what is always there.
MetricPage replication_metrics(const core::DatabaseFacts& facts);

}  // namespace understudy::exporters

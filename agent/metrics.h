// The agent's collectors: one for every configured service, the host, and the agent itself.
#pragma once

#include <vector>

#include "agent/access_log.h"
#include "agent/config.h"
#include "agent/report_board.h"
#include "core/result.h"
#include "exporters/scrape.h"
#include "ports/clock.h"

namespace understudy::agent {

// The host's and the services' collectors that the configuration does not switch off. The clock
// must outlive them. kInvalid: an address or URL of the configuration that cannot be used, or a
// collector that does not exist, named.
core::Result<std::vector<exporters::Collector>> chosen_collectors(const AgentConfig& config,
                                                                  const ports::Clock& clock);

// Whether the configuration leaves the collector on.
bool is_on(const AgentConfig& config, const std::string& collector);

// These, the agent's own and, where there is one, the access log's. What is passed must outlive the
// scrape.
core::Result<void> add_collectors(const AgentConfig& config, const ports::Clock& clock,
                                  const ReportBoard& board, const AccessLog* access_log,
                                  exporters::Scrape& scrape);

}  // namespace understudy::agent

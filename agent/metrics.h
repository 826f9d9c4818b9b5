// The agent's collectors: one for every configured service, the host, and the agent itself.
#pragma once

#include <vector>

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

// These and the agent's own. What is passed must outlive the scrape.
core::Result<void> add_collectors(const AgentConfig& config, const ports::Clock& clock,
                                  const ReportBoard& board, exporters::Scrape& scrape);

}  // namespace understudy::agent

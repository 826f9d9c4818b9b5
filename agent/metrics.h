// The agent's collectors: one for every configured service, the host, and the agent itself.
#pragma once

#include <memory>
#include <vector>

#include "agent/access_log.h"
#include "agent/config.h"
#include "agent/config_state.h"
#include "agent/report_board.h"
#include "core/result.h"
#include "exporters/scrape.h"
#include "ports/clock.h"

namespace understudy::agent {

// The host's and the services' collectors that the configuration does not switch off; the same
// settings for the same keys of the file. The clock must outlive them. kInvalid: an address or URL
// of the configuration that cannot be used, or a collector that does not exist, named.
core::Result<std::vector<exporters::Collector>> chosen_collectors(const AgentConfig& config,
                                                                  const ports::Clock& clock);

// The same of a configuration whose choices were found good with another's services: those of
// collectors that are not here say nothing.
core::Result<std::vector<exporters::Collector>> collectors_here(const AgentConfig& config,
                                                                const ports::Clock& clock);

// Whether the configuration leaves the collector on.
bool is_on(const AgentConfig& config, const std::string& collector);

// The agent's own. What is passed must outlive the scrape, but for the configuration.
void add_own(const AgentConfig& config, const ReportBoard& board, const ConfigState& state,
             exporters::Scrape& scrape);

// The access log's, nullptr: no longer.
void show_access_log(std::shared_ptr<const AccessLog> log, exporters::Scrape& scrape);

}  // namespace understudy::agent

// The agent's collectors: one for every configured service, the host, and the agent itself.
#pragma once

#include "agent/config.h"
#include "agent/report_board.h"
#include "core/result.h"
#include "exporters/scrape.h"
#include "ports/clock.h"

namespace understudy::agent {

// kInvalid: an address or URL of the configuration that cannot be used, named. What is passed must
// outlive the scrape.
core::Result<void> add_collectors(const AgentConfig& config, const ports::Clock& clock,
                                  const ReportBoard& board, exporters::Scrape& scrape);

}  // namespace understudy::agent

// The agent's Nginx and PHP-FPM side: the backend check with its real probes and threads.
#pragma once

#include <memory>

#include "agent/config.h"
#include "agent/report_board.h"
#include "core/result.h"

namespace understudy::agent {

class WebPart {
  public:
    WebPart(const AgentConfig& config, ReportBoard& board);
    ~WebPart();

    // kInvalid: an address or URL of the configuration that cannot be used, named.
    core::Result<void> start();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::agent

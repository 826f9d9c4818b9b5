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
    // From the next round on what this configuration has is asked; its services are those of the
    // start. On an error of start() nothing changes.
    core::Result<void> reload(const AgentConfig& config);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::agent

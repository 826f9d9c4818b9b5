// The agent's side of the virtual address: its keeper with the real adapters and threads.
#pragma once

#include <memory>

#include "agent/config.h"
#include "agent/report_board.h"
#include "core/result.h"
#include "ports/clock.h"

namespace understudy::agent {

class VipPart {
  public:
    VipPart(const KeepalivedConfig& config, const ports::Clock& clock, ReportBoard& board);
    ~VipPart();

    // kIo: this host's addresses cannot be watched.
    core::Result<void> start();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::agent

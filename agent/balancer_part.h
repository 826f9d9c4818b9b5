// The agent's HAProxy side: the keeper with its real adapter and threads.
#pragma once

#include <memory>

#include "agent/config.h"
#include "agent/report_board.h"
#include "agent/route_keeper.h"

namespace understudy::agent {

class BalancerPart {
  public:
    BalancerPart(const HaproxyConfig& config, const ports::Clock& clock, ReportBoard& board);
    ~BalancerPart();

    void start();
    [[nodiscard]] RouteKeeper& keeper();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::agent

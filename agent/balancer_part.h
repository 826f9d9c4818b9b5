// The agent's HAProxy side: the keeper with its real adapter and threads, and the VIP's holder.
#pragma once

#include <memory>

#include "agent/config.h"
#include "agent/report_board.h"
#include "agent/route_keeper.h"

namespace understudy::agent {

class BalancerPart {
  public:
    BalancerPart(const HaproxyConfig& config, const std::optional<KeepalivedConfig>& keepalived,
                 const ports::Clock& clock, ReportBoard& board);
    ~BalancerPart();

    void start();
    [[nodiscard]] RouteKeeper& keeper();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// Whether an interface of this host has the address now.
bool holds_address(const std::string& interface, const std::string& address);

}  // namespace understudy::agent

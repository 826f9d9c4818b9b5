// The virtual address on this load balancer: whether it is here, since when, and that it is not
// left here by a keepalived that is gone.
//
// keepalived killed by SIGKILL leaves the address on the interface, and the other load balancer
// takes it after three adverts missed: it is taken off before that, so nobody holds it twice.
// Every call may be made from any thread.
#pragma once

#include <mutex>

#include "agent/report_board.h"
#include "ports/clock.h"
#include "ports/virtual_address.h"

namespace understudy::agent {

class VipKeeper {
  public:
    VipKeeper(const ports::Clock& clock, ports::VirtualAddress& address, ReportBoard& board);

    // Addresses of this host have changed, or it is the first look.
    void look();

    void keepalived_started();
    // Whether the address was taken off; the error of taking it off.
    core::Result<bool> keepalived_gone();

  private:
    void look_locked();

    const ports::Clock& clock_;
    ports::VirtualAddress& address_;
    ReportBoard& board_;
    std::mutex mutex_;  // one look at a time, so that the newest is the one published
};

}  // namespace understudy::agent

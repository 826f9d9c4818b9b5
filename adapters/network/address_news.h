// Tells whenever an address of this host came or went (rtnetlink(7), RTNLGRP_IPV4_IFADDR and
// RTNLGRP_IPV6_IFADDR). What was lost on the way is told of, too: as one more change.
#pragma once

#include <functional>

#include "adapters/network/socket_thread.h"
#include "core/result.h"

namespace understudy::adapters {

class AddressNews {
  public:
    // `changed` is called from a thread of its own, from begin() on.
    explicit AddressNews(std::function<void()> changed);

    // Every change after this call is told of. kIo: the kernel gives no such socket.
    core::Result<void> begin();

  private:
    std::function<void()> changed_;
    SocketThread thread_;
};

}  // namespace understudy::adapters

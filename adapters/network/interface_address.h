// ports::VirtualAddress on a network interface: looked up by getifaddrs(3), removed by
// rtnetlink(7).
#pragma once

#include <string>

#include "ports/virtual_address.h"

namespace understudy::adapters {

class InterfaceAddress final : public ports::VirtualAddress {
  public:
    // "eth0" and "198.18.0.10" or "2001:db8::10", without a prefix length.
    InterfaceAddress(std::string interface, std::string address);

    // Also false when the addresses cannot be listed.
    [[nodiscard]] bool held() const override;

    // Needs CAP_NET_ADMIN. kTimeout: the kernel did not answer; kIo: anything else, errno in
    // `number`.
    core::Result<void> remove() override;

  private:
    std::string interface_;
    std::string address_;
};

}  // namespace understudy::adapters

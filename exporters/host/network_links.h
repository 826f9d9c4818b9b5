// What the kernel says of all network devices in one answer (rtnetlink(7), RTM_GETLINK), as the
// files of /sys/class/net/DEVICE say it, which cost three calls each.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "exporters/netlink.h"

namespace understudy::exporters {

struct NetworkLink {
    std::uint32_t index = 0;
    bool is_up = false;  // by its administrator
    // By the name of its file; a file that cannot be read now (the carrier of a device that is
    // down) is an empty text.
    std::map<std::string, std::string, std::less<>> files;
};
using NetworkLinks = std::map<std::string, NetworkLink>;

// Adds the device of one message; other messages, and what is cut off, add nothing.
void add_network_link(NetworkLinks& links, const NetlinkItem& message);

// Those of this process's network namespace. kIo: the kernel cannot be asked, errno in `number`.
core::Result<NetworkLinks> ask_network_links();

// How fast a device is, as its files "speed" (Mbit/s, -1: not known) and "duplex" say it, which
// wake its driver one by one; nothing: the driver does not say (ethtool's ioctl).
struct LinkSettings {
    std::string speed;
    std::string duplex;
};
std::optional<LinkSettings> ask_link_settings(const std::string& device);

}  // namespace understudy::exporters

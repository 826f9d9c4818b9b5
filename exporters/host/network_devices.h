// The collector "netclass": each device of /sys/class/net. What the kernel says of all devices at
// once is asked so; files are read for the rest, and again only when the device has changed.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/result.h"
#include "exporters/host/network_links.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

class NetworkDevices {
  public:
    using AskLinks = core::Result<NetworkLinks> (*)();

    // `ask_links` may be nullptr: then all is read from files, as it is when asking fails.
    NetworkDevices(std::string sys, AskLinks ask_links)
        : folder_(std::move(sys) + "/class/net"), ask_links_(ask_links) {}

    // kNotFound: there is no such folder.
    core::Result<MetricPage> collect();

  private:
    // What changes with the device's index or address alone.
    struct Identity {
        std::uint32_t index = 0;
        std::string address;
        std::map<std::string, std::string, std::less<>> files;
    };

    void complete(const std::string& device, NetworkLink& link);

    std::string folder_;
    AskLinks ask_links_;
    std::map<std::string, Identity> identities_;
};

}  // namespace understudy::exporters

// What the kernel says of each network device: the files of /sys/class/net/DEVICE (kernel.org,
// "sysfs-class-net").
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "exporters/metric_page.h"

namespace understudy::exporters {

// A device's file without the newline at its end; nothing: not there, or it cannot be read now (the
// carrier of a device that is down).
using DeviceFile = std::function<std::optional<std::string>(const char* name)>;

// Nothing where there is no "operstate": a file of the bonding driver, not a device.
void add_network_device(MetricPage& page, const std::string& device, const DeviceFile& file);

}  // namespace understudy::exporters

// What udev knows of a disk: /run/udev/data/bMAJOR:MINOR.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "exporters/host/disk.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

using UdevProperties = std::map<std::string, std::string>;  // "ID_MODEL" -> "QEMU_HARDDISK"

// Lines "E:NAME=value"; others are not of interest.
UdevProperties parse_udev_data(std::string_view text);
void add_disk_info(MetricPage& page, const DiskStat& disk, const UdevProperties& properties);

}  // namespace understudy::exporters

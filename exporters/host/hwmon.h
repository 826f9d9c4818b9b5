// Sensors of the hardware: the files of /sys/class/hwmon/CHIP (kernel.org, "hwmon sysfs
// interface"). Names, units and labels are node_exporter's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporters/metric_page.h"

namespace understudy::exporters {

// "temp1_input": what of a sensor a file tells.
struct SensorFile {
    std::string type;     // "temp"
    std::string sensor;   // "temp1"
    std::string element;  // "input"; empty for a file like "pwm1"
    bool operator==(const SensorFile&) const = default;
};

// Nothing: no sensor's file ("name", "uevent").
std::optional<SensorFile> parse_sensor_file(std::string_view name);

// A sensor's number, as the file's text says it; a label under its own name. What is no number is
// left out.
void add_sensor(MetricPage& page, const std::string& chip, const SensorFile& file,
                std::string_view text);

// As labels have it: lower case, and '_' for all but letters, digits and ':'.
std::string clean_sensor_name(std::string_view name);

// Every chip under `folder` (/sys/class/hwmon). A file that cannot be read now (a sensor that
// sleeps) is left out.
MetricPage hwmon_metrics(const std::string& folder);

}  // namespace understudy::exporters

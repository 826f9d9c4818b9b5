// Which system this is: /etc/os-release (os-release(5)).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

using OsRelease = std::map<std::string, std::string>;  // "VERSION_ID" -> "12", without the quotes

// Lines that are no assignment are passed over, as the shell's own comments. kInvalid: none is one.
core::Result<OsRelease> parse_os_release(std::string_view text);
void add_os_release(MetricPage& page, const OsRelease& release);

}  // namespace understudy::exporters

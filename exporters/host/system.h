// The rest of the host: load, pressure, open files, connection tracking, clock, names.
#pragma once

#include <sys/timex.h>
#include <sys/utsname.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

// /proc/loadavg: over 1, 5 and 15 minutes.
core::Result<std::array<double, 3>> parse_loadavg(std::string_view text);
void add_loadavg(MetricPage& page, const std::array<double, 3>& load);

// /proc/pressure/*: microseconds in which some, or all, tasks waited (kernel.org, "PSI").
struct Pressure {
    std::uint64_t some_us = 0;
    std::optional<std::uint64_t> full_us;
};
core::Result<Pressure> parse_pressure(std::string_view text);
// `resource` is "cpu", "io" or "memory"; of the processor only the waiting is exported.
void add_pressure(MetricPage& page, std::string_view resource, const Pressure& pressure);

// /proc/sys/fs/file-nr
struct OpenFiles {
    std::uint64_t allocated = 0;
    std::uint64_t maximum = 0;
};
core::Result<OpenFiles> parse_file_nr(std::string_view text);
void add_file_nr(MetricPage& page, const OpenFiles& files);

// Files of /proc/sys and /sys that hold one number.
core::Result<double> parse_single_number(std::string_view text);

// What the kernel can tell the time by, as its files of clocksource0 list it.
void add_clock_sources(MetricPage& page, std::string_view available, std::string_view current);

// What adjtimex(2) returned and filled in.
void add_timex(MetricPage& page, int state, const timex& clock);
void add_uname(MetricPage& page, const utsname& names);

}  // namespace understudy::exporters

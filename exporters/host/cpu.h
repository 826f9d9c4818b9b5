// Processor time and the kernel's totals: /proc/stat (proc(5)).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct CpuTicks {
    std::string cpu;  // "0"
    // user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice; in clock ticks
    std::array<std::uint64_t, 10> ticks{};
};

struct KernelStat {
    std::vector<CpuTicks> cpus;
    std::uint64_t interrupts = 0;
    std::uint64_t context_switches = 0;
    std::uint64_t boot_time = 0;  // Unix time, seconds
    std::uint64_t forks = 0;
    std::uint64_t running = 0;
    std::uint64_t blocked = 0;
};

// kInvalid: without a processor or a boot time it is not /proc/stat.
core::Result<KernelStat> parse_kernel_stat(std::string_view text);
void add_processors(MetricPage& page, const KernelStat& stat, double ticks_per_second);
void add_kernel_totals(MetricPage& page, const KernelStat& stat);

}  // namespace understudy::exporters

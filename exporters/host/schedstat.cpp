#include "exporters/host/schedstat.h"

#include "exporters/text_fields.h"

namespace understudy::exporters {

core::Result<std::vector<ScheduleTimes>> parse_schedstat(std::string_view text) {
    constexpr std::size_t kRunning = 7;
    std::vector<ScheduleTimes> cpus;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (!line.starts_with("cpu")) continue;
        const auto fields = fields_of(line);
        const auto number = [&](std::size_t at) {
            return at < fields.size() ? number_from<std::uint64_t>(fields[at]) : std::nullopt;
        };
        const auto running = number(kRunning);
        const auto waiting = number(kRunning + 1);
        const auto timeslices = number(kRunning + 2);
        if (!running || !waiting || !timeslices) {
            return core::failure(core::ErrorCode::kInvalid, "read /proc/schedstat",
                                 "malformed line: " + std::string(line.substr(0, 100)));
        }
        cpus.push_back({std::string(fields[0].substr(3)), *running, *waiting, *timeslices});
    }
    return cpus;
}

void add_schedstat(MetricPage& page, const std::vector<ScheduleTimes>& cpus) {
    constexpr double kNanosecond = 1e-9;
    for (const auto& cpu : cpus) {
        const auto counter = [&](const char* name, const char* help, std::uint64_t value,
                                 double unit) {
            page.counter(name, help, static_cast<double>(value) * unit, {{"cpu", cpu.cpu}});
        };
        counter("node_schedstat_running_seconds_total", "Seconds that tasks ran on the processor.",
                cpu.running_ns, kNanosecond);
        counter("node_schedstat_waiting_seconds_total",
                "Seconds that tasks waited for the processor.", cpu.waiting_ns, kNanosecond);
        counter("node_schedstat_timeslices_total", "Time slices that the processor gave.",
                cpu.timeslices, 1);
    }
}

}  // namespace understudy::exporters

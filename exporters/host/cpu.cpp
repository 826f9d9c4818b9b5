#include "exporters/host/cpu.h"

#include <optional>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

constexpr std::array kModes{"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"};
constexpr std::size_t kGuest = 8;
constexpr std::size_t kGuestNice = 9;

// Older kernels have fewer columns.
std::optional<CpuTicks> parse_cpu(const std::vector<std::string_view>& fields) {
    CpuTicks cpu{std::string(fields[0].substr(3)), {}};
    for (std::size_t i = 0; i < cpu.ticks.size() && i + 1 < fields.size(); ++i) {
        const auto ticks = number_from<std::uint64_t>(fields[i + 1]);
        if (!ticks) return std::nullopt;
        cpu.ticks[i] = *ticks;
    }
    return cpu;
}

std::uint64_t* total_named(KernelStat& stat, std::string_view name) {
    if (name == "intr") return &stat.interrupts;
    if (name == "ctxt") return &stat.context_switches;
    if (name == "btime") return &stat.boot_time;
    if (name == "processes") return &stat.forks;
    if (name == "procs_running") return &stat.running;
    if (name == "procs_blocked") return &stat.blocked;
    return nullptr;
}

}  // namespace

core::Result<KernelStat> parse_kernel_stat(std::string_view text) {
    const auto invalid = [](const std::string& why) {
        return core::failure(core::ErrorCode::kInvalid, "read /proc/stat", why);
    };
    KernelStat stat;
    while (!text.empty()) {
        const auto fields = fields_of(take_line(text));
        if (fields.size() < 2) continue;
        if (fields[0].starts_with("cpu") && fields[0] != "cpu") {
            auto cpu = parse_cpu(fields);
            if (!cpu) return invalid("malformed line of " + std::string(fields[0]));
            stat.cpus.push_back(std::move(*cpu));
        } else if (auto* total = total_named(stat, fields[0])) {
            const auto value = number_from<std::uint64_t>(fields[1]);
            if (!value) return invalid("malformed line of " + std::string(fields[0]));
            *total = *value;
        }
    }
    if (stat.cpus.empty() || stat.boot_time == 0) return invalid("no processor or no boot time");
    return stat;
}

void add_processors(MetricPage& page, const KernelStat& stat, double ticks_per_second) {
    for (const auto& cpu : stat.cpus) {
        const auto seconds = [&](std::size_t mode) {
            return static_cast<double>(cpu.ticks[mode]) / ticks_per_second;
        };
        for (std::size_t mode = 0; mode < kModes.size(); ++mode) {
            page.counter("node_cpu_seconds_total", "Seconds the processor spent in each mode.",
                         seconds(mode), {{"cpu", cpu.cpu}, {"mode", kModes[mode]}});
        }
        const auto guest = [&](const char* mode, std::size_t column) {
            page.counter("node_cpu_guest_seconds_total",
                         "Seconds the processor spent in guests, by mode.", seconds(column),
                         {{"cpu", cpu.cpu}, {"mode", mode}});
        };
        guest("user", kGuest);
        guest("nice", kGuestNice);
    }
}

void add_kernel_totals(MetricPage& page, const KernelStat& stat) {
    page.counter("node_intr_total", "Interrupts serviced.", static_cast<double>(stat.interrupts));
    page.counter("node_context_switches_total", "Context switches.",
                 static_cast<double>(stat.context_switches));
    page.counter("node_forks_total", "Forks.", static_cast<double>(stat.forks));
    page.gauge("node_boot_time_seconds", "When the system was booted, as Unix time.",
               static_cast<double>(stat.boot_time));
    page.gauge("node_procs_running", "Processes that can run.", static_cast<double>(stat.running));
    page.gauge("node_procs_blocked", "Processes that wait for input or output.",
               static_cast<double>(stat.blocked));
}

}  // namespace understudy::exporters

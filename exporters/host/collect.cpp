#include "exporters/host/collect.h"

#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>

#include "exporters/host/cpu.h"
#include "exporters/host/disk.h"
#include "exporters/host/filesystem.h"
#include "exporters/host/memory.h"
#include "exporters/host/mount_probe.h"
#include "exporters/host/network.h"
#include "exporters/host/system.h"

namespace understudy::exporters {
namespace {

using core::Result;

// Parses a file's text and adds what is in it.
using Part = Result<void> (*)(MetricPage& page, std::string_view text);

template <class Values>
Result<void> added(const Result<Values>& values, MetricPage& page,
                   void (*add)(MetricPage&, const Values&)) {
    if (!values) return tl::unexpected(values.error());
    add(page, *values);
    return {};
}

double page_bytes() { return static_cast<double>(::sysconf(_SC_PAGESIZE)); }

Result<void> kernel_stat(MetricPage& page, std::string_view text) {
    return parse_kernel_stat(text).map([&](const KernelStat& stat) {
        add_kernel_stat(page, stat, static_cast<double>(::sysconf(_SC_CLK_TCK)));
    });
}

Result<void> sockstat(MetricPage& page, std::string_view text) {
    return parse_sockstat(text).map(
        [&](const NamedValues& values) { add_sockstat(page, values, page_bytes()); });
}

template <const char* kResource>
Result<void> pressure(MetricPage& page, std::string_view text) {
    return parse_pressure(text).map(
        [&](const Pressure& values) { add_pressure(page, kResource, values); });
}

struct GaugeFile {
    const char* name;
    const char* help;
};

template <const GaugeFile* kGauge>
Result<void> single(MetricPage& page, std::string_view text) {
    return parse_single_number(text).map(
        [&](double value) { page.gauge(kGauge->name, kGauge->help, value); });
}

constexpr char kCpu[] = "cpu";
constexpr char kIo[] = "io";
constexpr char kMemory[] = "memory";
constexpr GaugeFile kConntrack{"node_nf_conntrack_entries", "Connections tracked."};
constexpr GaugeFile kConntrackLimit{"node_nf_conntrack_entries_limit",
                                    "Limit of connections tracked."};
constexpr GaugeFile kEntropy{"node_entropy_available_bits", "Bits of entropy available."};
constexpr GaugeFile kEntropyPool{"node_entropy_pool_size_bits", "Size of the entropy pool."};

struct ProcFile {
    const char* collector;
    const char* path;  // under the root of /proc
    Part part;
};

constexpr auto kProcFiles = std::to_array<ProcFile>({
    {"cpu", "stat", kernel_stat},
    {"loadavg", "loadavg",
     [](MetricPage& page, std::string_view text) {
         return added(parse_loadavg(text), page, add_loadavg);
     }},
    {"meminfo", "meminfo",
     [](MetricPage& page, std::string_view text) {
         return added(parse_meminfo(text), page, add_meminfo);
     }},
    {"vmstat", "vmstat",
     [](MetricPage& page, std::string_view text) {
         return added(parse_vmstat(text), page, add_vmstat);
     }},
    {"diskstats", "diskstats",
     [](MetricPage& page, std::string_view text) {
         return added(parse_diskstats(text), page, add_diskstats);
     }},
    {"netdev", "net/dev",
     [](MetricPage& page, std::string_view text) {
         return added(parse_net_dev(text), page, add_net_dev);
     }},
    {"netstat", "net/netstat",
     [](MetricPage& page, std::string_view text) {
         return added(parse_netstat(text), page, add_netstat);
     }},
    {"netstat", "net/snmp",
     [](MetricPage& page, std::string_view text) {
         return added(parse_netstat(text), page, add_netstat);
     }},
    {"netstat", "net/snmp6",
     [](MetricPage& page, std::string_view text) {
         return added(parse_snmp6(text), page, add_netstat);
     }},
    {"sockstat", "net/sockstat", sockstat},
    {"sockstat", "net/sockstat6", sockstat},
    {"softnet", "net/softnet_stat",
     [](MetricPage& page, std::string_view text) {
         return added(parse_softnet(text), page, add_softnet);
     }},
    {"filefd", "sys/fs/file-nr",
     [](MetricPage& page, std::string_view text) {
         return added(parse_file_nr(text), page, add_file_nr);
     }},
    {"pressure", "pressure/cpu", pressure<kCpu>},
    {"pressure", "pressure/io", pressure<kIo>},
    {"pressure", "pressure/memory", pressure<kMemory>},
    {"conntrack", "sys/net/netfilter/nf_conntrack_count", single<&kConntrack>},
    {"conntrack", "sys/net/netfilter/nf_conntrack_max", single<&kConntrackLimit>},
    {"entropy", "sys/kernel/random/entropy_avail", single<&kEntropy>},
    {"entropy", "sys/kernel/random/poolsize", single<&kEntropyPool>},
});

// Nothing: the file does not exist. A file that cannot be read reads as empty.
std::optional<std::string> text_of(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return std::nullopt;
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

void describe_part(MetricPage& page, const std::string& collector, bool success) {
    page.gauge("node_scrape_collector_success", "Whether the collector succeeded.", success ? 1 : 0,
               {{"collector", collector}});
}

void add_proc_files(MetricPage& page, const std::string& proc) {
    std::map<std::string, bool> success;
    for (const auto& file : kProcFiles) {
        const auto text = text_of(proc + "/" + file.path);
        if (!text) continue;
        auto& all_well = success.try_emplace(file.collector, true).first->second;
        all_well = file.part(page, *text).has_value() && all_well;
    }
    for (const auto& [collector, all_well] : success) describe_part(page, collector, all_well);
}

void add_network_class(MetricPage& page, const std::string& sys) {
    constexpr double kBytesPerMegabit = 125000;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(sys + "/class/net", error)) {
        const Labels labels{{"device", entry.path().filename().string()}};
        const auto state = text_of(entry.path().string() + "/operstate");
        if (!state) continue;  // a file of the bonding driver, not a device
        page.gauge("node_network_up", "Whether the device is up (1) or not (0).",
                   state->starts_with("up") ? 1 : 0, labels);
        const auto number = [&](const char* file, const char* name, const char* help, double unit) {
            const auto value =
                parse_single_number(text_of(entry.path().string() + file).value_or(""));
            if (value && *value >= 0) page.gauge(name, help, *value * unit, labels);
        };
        number("/carrier", "node_network_carrier", "Whether the device has a carrier (1).", 1);
        number("/mtu", "node_network_mtu_bytes", "Largest packet of the device.", 1);
        number("/speed", "node_network_speed_bytes", "Speed of the device, bytes per second.",
               kBytesPerMegabit);
    }
}

void add_clock(MetricPage& page, core::WallTime now) {
    page.gauge("node_time_seconds", "The system's time, as Unix time.",
               std::chrono::duration<double>(now.time_since_epoch()).count());
    timex clock{};
    const int state = ::adjtimex(&clock);
    if (state >= 0) add_timex(page, state, clock);
    describe_part(page, "timex", state >= 0);
}

core::WallTime wall_clock() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

Result<MetricPage> collect_filesystems(const std::string& proc, MountProbe& probe,
                                       core::Millis patience) {
    const auto mounts = parse_mounts(text_of(proc + "/self/mounts").value_or(""));
    if (!mounts) return tl::unexpected(mounts.error());
    MetricPage page;
    for (const auto& mount : *mounts) {
        add_filesystem(page, mount, probe.usage(mount.mountpoint, patience));
    }
    describe_part(page, "filesystem", true);
    return page;
}

}  // namespace

MetricPage collect_host(const HostRoots& roots, core::WallTime now) {
    MetricPage page;
    add_proc_files(page, roots.proc);
    add_network_class(page, roots.sys);
    add_clock(page, now);
    utsname names{};
    if (::uname(&names) == 0) add_uname(page, names);
    return page;
}

std::vector<Collector> host_collectors(const HostRoots& roots, core::Millis deadline) {
    // Several filesystems may begin to hang at once; the rest should still be asked in time.
    const auto patience = deadline / 5;
    auto probe = std::make_shared<MountProbe>(ask_statvfs);
    return {{"host", deadline,
             [roots]() -> Result<MetricPage> { return collect_host(roots, wall_clock()); }},
            {"filesystem", deadline, [proc = roots.proc, probe, patience] {
                 return collect_filesystems(proc, *probe, patience);
             }}};
}

}  // namespace understudy::exporters

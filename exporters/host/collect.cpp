#include "exporters/host/collect.h"

#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <sstream>

#include "exporters/host/cpu.h"
#include "exporters/host/disk.h"
#include "exporters/host/filesystem.h"
#include "exporters/host/kept_file.h"
#include "exporters/host/memory.h"
#include "exporters/host/mount_probe.h"
#include "exporters/host/network.h"
#include "exporters/host/system.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
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

Result<void> processors(MetricPage& page, std::string_view text) {
    return parse_kernel_stat(text).map([&](const KernelStat& stat) {
        add_processors(page, stat, static_cast<double>(::sysconf(_SC_CLK_TCK)));
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
    {"cpu", "stat", processors},
    {"stat", "stat",
     [](MetricPage& page, std::string_view text) {
         return added(parse_kernel_stat(text), page, add_kernel_totals);
     }},
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

// One collector's files, in the order of the table. Those that this kernel does not have are left
// out; without any the collector has nothing to say.
class ProcFiles {
  public:
    ProcFiles(const std::string& collector, const std::string& proc) : collector_(collector) {
        for (const auto& file : kProcFiles) {
            if (collector == file.collector) files_.emplace_back(proc + "/" + file.path, file.part);
        }
    }

    Result<MetricPage> collect() {
        MetricPage page;
        bool any = false;
        for (auto& [file, part] : files_) {
            const auto text = file.read();
            if (!text && text.error().code == ErrorCode::kNotFound) continue;
            if (!text) return tl::unexpected(text.error());
            if (auto added = part(page, *text); !added) return tl::unexpected(added.error());
            any = true;
        }
        if (any) return page;
        return failure(ErrorCode::kNotFound, "collect " + collector_, "not on this kernel");
    }

  private:
    struct Parsed {
        Parsed(std::string path, Part parse) : file(std::move(path)), part(parse) {}
        KeptFile file;
        Part part;
    };

    std::string collector_;
    std::list<Parsed> files_;
};

Result<MetricPage> network_class(const std::string& sys) {
    constexpr double kBytesPerMegabit = 125000;
    MetricPage page;
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
    if (error) return failure(ErrorCode::kNotFound, "read /sys/class/net", error.message());
    return page;
}

Result<MetricPage> system_time() {
    MetricPage page;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    page.gauge("node_time_seconds", "The system's time, as Unix time.",
               std::chrono::duration<double>(now).count());
    return page;
}

Result<MetricPage> kernel_clock() {
    MetricPage page;
    timex clock{};
    const int state = ::adjtimex(&clock);
    if (state < 0) return failure(ErrorCode::kIo, "adjtimex", std::strerror(errno), errno);
    add_timex(page, state, clock);
    return page;
}

Result<MetricPage> system_names() {
    MetricPage page;
    utsname names{};
    if (::uname(&names) == 0) add_uname(page, names);
    return page;
}

Result<MetricPage> collect_filesystems(const std::string& proc, MountProbe& probe,
                                       core::Millis patience) {
    const auto mounts = parse_mounts(text_of(proc + "/self/mounts").value_or(""));
    if (!mounts) return tl::unexpected(mounts.error());
    MetricPage page;
    for (const auto& mount : *mounts) {
        add_filesystem(page, mount, probe.usage(mount.mountpoint, patience));
    }
    return page;
}

}  // namespace

std::vector<Collector> host_collectors(const HostRoots& roots, core::Millis deadline) {
    std::vector<Collector> collectors;
    const auto add = [&](const char* name, std::function<Result<MetricPage>()> collect) {
        Collector collector{name, deadline, std::move(collect)};
        collector.health = HealthNames::kNodeExporter;
        collector.may_be_absent = true;
        collectors.push_back(std::move(collector));
    };
    const char* last = "";
    for (const auto& file : kProcFiles) {
        if (std::string_view(last) == file.collector) continue;
        last = file.collector;
        auto files = std::make_shared<ProcFiles>(file.collector, roots.proc);
        add(file.collector, [files] { return files->collect(); });
    }
    add("netclass", [sys = roots.sys] { return network_class(sys); });
    add("time", system_time);
    add("timex", kernel_clock);
    add("uname", system_names);
    for (auto& collector : collectors) collector.thread = "host";
    // On a thread of its own: it can hang where the others cannot. Several filesystems may begin to
    // hang at once; the rest should still be asked in time.
    add("filesystem",
        [proc = roots.proc, probe = std::make_shared<MountProbe>(ask_statvfs),
         patience = deadline / 5] { return collect_filesystems(proc, *probe, patience); });
    return collectors;
}

}  // namespace understudy::exporters

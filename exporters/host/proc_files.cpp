#include "exporters/host/proc_files.h"

#include <unistd.h>

#include <array>
#include <list>
#include <memory>
#include <string_view>

#include "exporters/host/control_groups.h"
#include "exporters/host/cpu.h"
#include "exporters/host/kept_file.h"
#include "exporters/host/memory.h"
#include "exporters/host/network.h"
#include "exporters/host/network_tables.h"
#include "exporters/host/schedstat.h"
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

template <const char* kVersion>
Result<void> udp_queues(MetricPage& page, std::string_view text) {
    return parse_udp(text).map(
        [&](const UdpQueues& queues) { add_udp_queues(page, kVersion, queues); });
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
constexpr char kVersion4[] = "v4";
constexpr char kVersion6[] = "v6";
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
    {"conntrack", "net/stat/nf_conntrack",
     [](MetricPage& page, std::string_view text) {
         return added(parse_conntrack_stat(text), page, add_conntrack_stat);
     }},
    {"arp", "net/arp",
     [](MetricPage& page, std::string_view text) { return added(parse_arp(text), page, add_arp); }},
    {"udp_queues", "net/udp", udp_queues<kVersion4>},
    {"udp_queues", "net/udp6", udp_queues<kVersion6>},
    {"schedstat", "schedstat",
     [](MetricPage& page,
        std::string_view text) { return added(parse_schedstat(text), page, add_schedstat); }},
    {"cgroups", "cgroups",
     [](MetricPage& page,
        std::string_view text) { return added(parse_cgroups(text), page, add_cgroups); }},
    {"entropy", "sys/kernel/random/entropy_avail", single<&kEntropy>},
    {"entropy", "sys/kernel/random/poolsize", single<&kEntropyPool>},
});

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

}  // namespace

std::vector<std::pair<std::string, Collect>> proc_file_collectors(const std::string& proc) {
    std::vector<std::pair<std::string, Collect>> collectors;
    for (const auto& file : kProcFiles) {
        if (!collectors.empty() && collectors.back().first == file.collector) continue;
        auto files = std::make_shared<ProcFiles>(file.collector, proc);
        collectors.emplace_back(file.collector, [files] { return files->collect(); });
    }
    return collectors;
}

}  // namespace understudy::exporters

#include "exporters/host/control_groups.h"
#include "exporters/host/cpu.h"
#include "exporters/host/disk.h"
#include "exporters/host/disk_info.h"
#include "exporters/host/filesystem.h"
#include "exporters/host/hwmon.h"
#include "exporters/host/memory.h"
#include "exporters/host/network.h"
#include "exporters/host/network_tables.h"
#include "exporters/host/release.h"
#include "exporters/host/schedstat.h"
#include "exporters/host/system.h"
#include "tests/fuzz/input.h"

using namespace understudy;

namespace {

// What a parser understood goes onto the page.
template <class Parse, class Add>
void read_as(std::string_view text, exporters::MetricPage& page, Parse parse, Add add) {
    if (const auto values = parse(text)) add(page, *values);
}

void read_network(std::string_view text, exporters::MetricPage& page) {
    read_as(text, page, exporters::parse_net_dev, exporters::add_net_dev);
    read_as(text, page, exporters::parse_netstat, exporters::add_netstat);
    read_as(text, page, exporters::parse_snmp6, exporters::add_netstat);
    read_as(text, page, exporters::parse_sockstat,
            [](auto& into, const auto& values) { add_sockstat(into, values, 4096); });
    read_as(text, page, exporters::parse_softnet, exporters::add_softnet);
    read_as(text, page, exporters::parse_arp, exporters::add_arp);
    read_as(text, page, exporters::parse_conntrack_stat, exporters::add_conntrack_stat);
    read_as(text, page, exporters::parse_udp,
            [](auto& into, const auto& queues) { add_udp_queues(into, "v4", queues); });
}

void read_system(std::string_view text, exporters::MetricPage& page) {
    read_as(text, page, exporters::parse_kernel_stat, [](auto& into, const auto& stat) {
        add_processors(into, stat, 100);
        add_kernel_totals(into, stat);
    });
    read_as(text, page, exporters::parse_schedstat, exporters::add_schedstat);
    read_as(text, page, exporters::parse_cgroups, exporters::add_cgroups);
    if (const auto file = exporters::parse_sensor_file(text.substr(0, text.find('\n')))) {
        exporters::add_sensor(page, exporters::clean_sensor_name(text), *file, text);
    }
    read_as(text, page, exporters::parse_meminfo, exporters::add_meminfo);
    read_as(text, page, exporters::parse_vmstat, exporters::add_vmstat);
    read_as(text, page, exporters::parse_loadavg, exporters::add_loadavg);
    read_as(text, page, exporters::parse_pressure,
            [](auto& into, const auto& pressure) { add_pressure(into, "io", pressure); });
    read_as(text, page, exporters::parse_file_nr, exporters::add_file_nr);
    read_as(text, page, exporters::parse_os_release, exporters::add_os_release);
    exporters::add_clock_sources(page, text, text);
}

void read_disks(std::string_view text, exporters::MetricPage& page) {
    read_as(text, page, exporters::parse_diskstats, exporters::add_diskstats);
    exporters::add_disk_info(page, {}, exporters::parse_udev_data(text));
    read_as(text, page, exporters::parse_mounts, [](auto& into, const auto& mounts) {
        for (const auto& mount : mounts) add_filesystem(into, mount, std::nullopt);
    });
}

}  // namespace

// The kernel's tables, each read as if it were any of them: a line of each sample on a page.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    exporters::MetricPage page;
    read_network(text, page);
    read_system(text, page);
    read_disks(text, page);
    const auto whole = page.text(exporters::MetricFormat::kOpenMetrics);
    fuzz::require(whole.ends_with("# EOF\n"));
    return 0;
}

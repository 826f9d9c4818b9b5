#include "exporters/host/collect.h"

#include <sys/timex.h>
#include <sys/utsname.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "exporters/host/disk.h"
#include "exporters/host/disk_info.h"
#include "exporters/host/filesystem.h"
#include "exporters/host/hwmon.h"
#include "exporters/host/kept_file.h"
#include "exporters/host/mount_probe.h"
#include "exporters/host/network_devices.h"
#include "exporters/host/proc_files.h"
#include "exporters/host/release.h"
#include "exporters/host/system.h"
#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

// Without the newline at its end; nothing: it is not there or cannot be read.
std::optional<std::string> text_of(const std::string& path) {
    KeptFile file(path);
    auto text = file.read();
    if (!text) return std::nullopt;
    if (text->ends_with('\n')) text->remove_suffix(1);
    return std::string(*text);
}

Result<MetricPage> collect_disks(KeptFile& diskstats, const std::string& udev) {
    const auto text = diskstats.read();
    if (!text) return tl::unexpected(text.error());
    const auto disks = parse_diskstats(*text);
    if (!disks) return tl::unexpected(disks.error());
    MetricPage page;
    add_diskstats(page, *disks);
    for (const auto& disk : *disks) {
        const auto known =
            text_of(udev + "/b" + std::to_string(disk.major) + ":" + std::to_string(disk.minor));
        add_disk_info(page, disk, parse_udev_data(known.value_or("")));
    }
    return page;
}

Result<MetricPage> collect_release(KeptFile& file) {
    const auto text = file.read();
    if (!text) return tl::unexpected(text.error());
    return parse_os_release(*text).map([](const OsRelease& release) {
        MetricPage page;
        add_os_release(page, release);
        return page;
    });
}

Result<MetricPage> system_time(const std::string& sys) {
    MetricPage page;
    const auto now = std::chrono::system_clock::now();
    page.gauge("node_time_seconds", "The system's time, as Unix time.",
               std::chrono::duration<double>(now.time_since_epoch()).count());
    const auto seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    if (::localtime_r(&seconds, &local) != nullptr) {
        page.gauge("node_time_zone_offset_seconds", "Offset of the local time from UTC.",
                   static_cast<double>(local.tm_gmtoff), {{"time_zone", local.tm_zone}});
    }
    const auto folder = sys + "/devices/system/clocksource/clocksource0/";
    add_clock_sources(page, text_of(folder + "available_clocksource").value_or(""),
                      text_of(folder + "current_clocksource").value_or(""));
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

Result<MetricPage> collect_filesystems(KeptFile& file, MountProbe& probe, core::Millis patience) {
    const auto text = file.read();
    if (!text) return tl::unexpected(text.error());
    const auto mounts = parse_mounts(*text);
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
    const auto add = [&](const std::string& name, Collect collect) {
        Collector collector{name, deadline, std::move(collect)};
        collector.health = HealthNames::kNodeExporter;
        collector.may_be_absent = true;
        collectors.push_back(std::move(collector));
    };
    const auto kept = [](const std::string& path) { return std::make_shared<KeptFile>(path); };
    for (auto& [name, collect] : proc_file_collectors(roots.proc)) add(name, std::move(collect));
    add("diskstats", [file = kept(roots.proc + "/diskstats"), udev = roots.udev] {
        return collect_disks(*file, udev);
    });
    add("hwmon", [folder = roots.sys + "/class/hwmon"]() -> Result<MetricPage> {
        std::error_code error;
        if (std::filesystem::exists(folder, error)) return hwmon_metrics(folder);
        return failure(ErrorCode::kNotFound, "collect hwmon", "no sensors on this machine");
    });
    add("netclass", [devices = std::make_shared<NetworkDevices>(roots.sys, roots.ask_links)] {
        return devices->collect();
    });
    add("os", [file = kept(roots.etc + "/os-release")] { return collect_release(*file); });
    add("time", [sys = roots.sys] { return system_time(sys); });
    add("timex", kernel_clock);
    add("uname", system_names);
    for (auto& collector : collectors) collector.thread = "host";
    // On a thread of its own: it can hang where the others cannot. Several filesystems may begin to
    // hang at once; the rest should still be asked in time.
    add("filesystem", [file = kept(roots.proc + "/self/mounts"),
                       probe = std::make_shared<MountProbe>(ask_statvfs), patience = deadline / 5] {
        return collect_filesystems(*file, *probe, patience);
    });
    return collectors;
}

}  // namespace understudy::exporters

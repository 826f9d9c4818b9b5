#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cmath>
#include <semaphore>

#include "exporters/host/collect.h"
#include "exporters/host/control_groups.h"
#include "exporters/host/cpu.h"
#include "exporters/host/disk.h"
#include "exporters/host/disk_info.h"
#include "exporters/host/filesystem.h"
#include "exporters/host/hwmon.h"
#include "exporters/host/kept_file.h"
#include "exporters/host/memory.h"
#include "exporters/host/mount_probe.h"
#include "exporters/host/network.h"
#include "exporters/host/network_class.h"
#include "exporters/host/network_tables.h"
#include "exporters/host/release.h"
#include "exporters/host/schedstat.h"
#include "exporters/host/system.h"
#include "exporters/scrape.h"
#include "tests/unit/exporters/exposition.h"
#include "tests/unit/exporters/folder.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using core::Millis;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto kRoot = "tests/unit/exporters/golden/host/";

std::string page_of(const HostRoots& roots) {
    Scrape scrape;
    for (auto& collector : host_collectors(roots, Millis(20000))) scrape.add(std::move(collector));
    return scrape.text({Millis(20000)});
}

std::string proc(const std::string& name) { return golden("host/proc/" + name); }

HostRoots golden_roots() {
    const std::string root = kRoot;
    return {root + "proc", root + "sys", root + "etc", root + "udev", nullptr};
}

// node_exporter 1.5 read the very same files.
class AgreementWithNodeExporter : public testing::TestWithParam<const char*> {};

TEST_P(AgreementWithNodeExporter, InNamesTypesLabelsAndValues) {
    const auto own = read_exposition(page_of(golden_roots()));
    const auto theirs = read_exposition(golden("host/" + std::string(GetParam())));
    EXPECT_GT(theirs.samples.size(), 80U);
    for (const auto& [series, value] : theirs.samples) {
        if (series.find("device=\"zram") != std::string::npos) continue;  // a memory disk
        const auto found = own.samples.find(series);
        if (found == own.samples.end()) {
            ADD_FAILURE() << "missing: " << series << " " << value;
        } else {
            EXPECT_NEAR(found->second, value, std::abs(value) * 1e-9) << series;
        }
    }
    for (const auto& [family, type] : theirs.types) EXPECT_EQ(own.types.at(family), type) << family;
}

INSTANTIATE_TEST_SUITE_P(HostMetrics, AgreementWithNodeExporter,
                         testing::Values("node_exporter-1.5.prom", "node_exporter-1.5-more.prom"));

TEST(HostMetrics, LeaveOutWhatThisKernelDoesNotHave) {
    const auto text =
        page_of({"/nonexistent", "/nonexistent", "/nonexistent", "/nonexistent", nullptr});
    EXPECT_THAT(text, HasSubstr("node_uname_info{"));
    EXPECT_THAT(text, Not(HasSubstr("collector=\"cpu\"")));
    EXPECT_THAT(text, Not(HasSubstr("collector=\"netclass\"")));
    EXPECT_THAT(text, Not(HasSubstr("collector=\"os\"")));
}

TEST(HostMetrics, SayWhichPartFailedAndGiveTheRest) {
    Folder folder;
    folder.write("stat", "cpu0 x\nbtime 1\n");
    folder.write("loadavg", "0.5 0.25 0.125 1/100 77\n");
    const auto text = page_of({folder.path(), "/nonexistent", "/nonexistent", "/nonexistent"});
    EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"cpu\"} 0\n"));
    EXPECT_THAT(text,
                HasSubstr("understudy_collector_error{collector=\"cpu\",class=\"invalid\"} 1"));
    EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"loadavg\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("node_load5 0.25\n"));
    EXPECT_FALSE(parse_kernel_stat("nothing of the kind\n"));
}

TEST(HostMetrics, ReadTheRunningKernel) {
    const auto text = page_of({});
    for (const auto* name : {"cpu", "stat", "loadavg", "meminfo", "vmstat", "netdev", "netstat",
                             "sockstat", "filefd", "netclass", "timex", "filesystem"}) {
        EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"" +
                                    std::string(name) + "\"} 1\n"));
        EXPECT_THAT(text, HasSubstr("node_scrape_collector_duration_seconds{collector=\"" +
                                    std::string(name) + "\"} "));
    }
    EXPECT_THAT(text, HasSubstr("node_network_up{device=\"lo\"} "));
}

TEST(KeptFileTest, SaysWhatTheFileHoldsByNowWithoutOpeningItAgain) {
    Folder folder;
    folder.write("file", "one\n");
    KeptFile file(folder.path() + "/file");
    EXPECT_EQ(file.read().value(), "one\n");
    const std::string longer(100'000, 'x');
    folder.write("file", longer);
    EXPECT_EQ(file.read().value(), longer);
    folder.write("file", "");
    EXPECT_EQ(file.read().value(), "");
    KeptFile status("/proc/self/status");
    EXPECT_THAT(std::string(status.read().value()), HasSubstr("\nThreads:"));
    EXPECT_THAT(std::string(status.read().value()), HasSubstr("\nThreads:"));
}

TEST(KeptFileTest, NamesWhatCannotBeReadAndTriesAgain) {
    Folder folder;
    KeptFile file(folder.path() + "/late");
    EXPECT_EQ(file.read().error().code, core::ErrorCode::kNotFound);
    folder.write("late", "here\n");
    EXPECT_EQ(file.read().value(), "here\n");
    KeptFile directory(folder.path());
    EXPECT_EQ(directory.read().error().number, EISDIR);
    KeptFile endless("/dev/zero");
    EXPECT_EQ(endless.read().error().code, core::ErrorCode::kInvalid);
}

TEST(HostParsers, BearDamage) {
    bears_damage(proc("stat"), parse_kernel_stat);
    bears_damage(proc("meminfo"), parse_meminfo);
    bears_damage(proc("vmstat"), parse_vmstat);
    bears_damage(proc("diskstats"), parse_diskstats);
    bears_damage(proc("net/dev"), parse_net_dev);
    bears_damage(proc("net/netstat"), parse_netstat);
    bears_damage(proc("net/snmp6"), parse_snmp6);
    bears_damage(proc("net/sockstat"), parse_sockstat);
    bears_damage(proc("net/softnet_stat"), parse_softnet);
    bears_damage(proc("self/mounts"), parse_mounts);
    bears_damage(proc("pressure/io"), parse_pressure);
    bears_damage(proc("loadavg"), parse_loadavg);
    bears_damage(proc("sys/fs/file-nr"), parse_file_nr);
    bears_damage(proc("net/arp"), parse_arp);
    bears_damage(proc("net/udp"), parse_udp);
    bears_damage(proc("net/stat/nf_conntrack"), parse_conntrack_stat);
    bears_damage(proc("schedstat"), parse_schedstat);
    bears_damage(proc("cgroups"), parse_cgroups);
    bears_damage(golden("host/etc/os-release"), parse_os_release);
    bears_damage(golden("host/udev/b254:0"), parse_udev_data);
}

TEST(HostParsers, SayThatATableIsNotWhatItShouldBe) {
    EXPECT_FALSE(parse_arp("IP address\n172.17.0.2 0x1\n"));
    EXPECT_FALSE(parse_arp("something else\n"));
    EXPECT_FALSE(parse_conntrack_stat("entries found\n00000001\n"));
    EXPECT_FALSE(parse_conntrack_stat("entries found\n00000001 xyz\n"));
    EXPECT_FALSE(parse_udp("sl\n1: a b 07 00000000\n"));
    EXPECT_FALSE(parse_udp("sl\n1: a b\n"));
    EXPECT_FALSE(parse_schedstat("cpu0 1 2 3\n"));
    EXPECT_FALSE(parse_cgroups("cpu\t1\t3\n"));
    EXPECT_FALSE(parse_cgroups("cpu\t1\tmany\t1\n"));
    EXPECT_FALSE(parse_os_release("# nothing\n"));
}

TEST(HostParsers, AddTheProcessorsOfTheConnectionTable) {
    const auto sums = parse_conntrack_stat("entries found\n00000001 0000000a\n00000001 00000010\n");
    ASSERT_TRUE(sums);
    EXPECT_EQ((*sums)[1], std::pair(std::string("found"), 26.0));
}

TEST(OsReleaseText, IsUnquotedAsTheShellDoesIt) {
    const auto release =
        parse_os_release("NAME=\"a \\\"b\\\"\"\nID=debian\nVERSION='1\\2'\nVERSION_ID=22.04.1\n");
    ASSERT_TRUE(release);
    EXPECT_EQ(release->at("NAME"), "a \"b\"");
    EXPECT_EQ(release->at("VERSION"), "1\\2");
    MetricPage page;
    add_os_release(page, *release);
    EXPECT_THAT(page.text(), HasSubstr("node_os_version{id=\"debian\",id_like=\"\",name=\"a "
                                       "\\\"b\\\"\"} 22.04\n"));
}

TEST(Sensors, AreTakenApartByTheNamesOfTheirFiles) {
    const auto parts = [](const char* name) {
        return parse_sensor_file(name).value_or(SensorFile{"", "none", ""});
    };
    EXPECT_EQ(parts("temp12_crit_alarm"), (SensorFile{"temp", "temp12", "crit_alarm"}));
    EXPECT_EQ(parts("pwm1"), (SensorFile{"pwm", "pwm1", ""}));
    EXPECT_EQ(parts("in0_input"), (SensorFile{"in", "in0", "input"}));
    EXPECT_EQ(parts("beep_enable"), (SensorFile{"beep_enable", "beep_enable", ""}));
    for (const auto* other : {"name", "uevent", "temp1_", "device", "index", "", "intr"}) {
        EXPECT_EQ(parts(other).sensor, "none") << other;
    }
}

TEST(Sensors, LeaveOutWhatIsNoNumberAndKeepForeignBytesInTheirLabel) {
    MetricPage page;
    add_sensor(page, "c", {"temp", "temp1", "input"}, "N/A");
    add_sensor(page, "c", {"temp", "temp1", "max"}, "-40000");
    add_sensor(page, "c", {"temp", "temp1", "label"}, "a\"b\nc");
    EXPECT_THAT(page.text(), Not(HasSubstr("node_hwmon_temp_celsius")));
    EXPECT_THAT(page.text(),
                HasSubstr("node_hwmon_temp_max_celsius{chip=\"c\",sensor=\"temp1\"} -40\n"));
    EXPECT_THAT(page.text(), HasSubstr("label=\"a\\\"b\\nc\""));
}

TEST(NetworkClass, LeavesOutASpeedThatIsNotKnownAndWhatIsNoDevice) {
    const std::map<std::string, std::string> files{{"operstate", "down"}, {"speed", "-1"}};
    MetricPage page;
    add_network_device(page, "eth1", [&](const char* name) -> std::optional<std::string> {
        const auto found = files.find(name);
        return found == files.end() ? std::nullopt : std::optional(found->second);
    });
    add_network_device(page, "bonding_masters", [](const char*) { return std::nullopt; });
    EXPECT_THAT(page.text(), HasSubstr("node_network_up{device=\"eth1\"} 0\n"));
    EXPECT_THAT(page.text(), Not(HasSubstr("speed")));
    EXPECT_THAT(page.text(), Not(HasSubstr("bonding")));
}

TEST(DiskStats, LeaveOutPartitionsLoopsAndMemoryDisks) {
    const std::string rest = " 1 2 3 4 5 6 7 8 9 10 11\n";
    std::string text;
    for (const auto* device : {"sda", "sda1", "nvme0n1", "nvme0n1p2", "loop0", "zram0", "dm-0",
                               "xvdb", "xvdb1", "md127"}) {
        text += " 8 0 " + std::string(device) + rest;
    }
    const auto disks = parse_diskstats(text);
    ASSERT_TRUE(disks);
    std::vector<std::string> names;
    for (const auto& disk : *disks) names.push_back(disk.device);
    EXPECT_THAT(names, ElementsAre("sda", "nvme0n1", "dm-0", "xvdb", "md127"));
    MetricPage page;
    add_diskstats(page, *disks);
    EXPECT_THAT(page.text(), HasSubstr("node_disk_read_bytes_total{device=\"sda\"} 1536\n"));
    EXPECT_THAT(page.text(), Not(HasSubstr("discard"))) << "an old kernel has no such column";
}

TEST(Mounts, LeaveOutWhatIsNoPlaceForDataAndTakeEachPlaceOnce) {
    const auto mounts = parse_mounts(proc("self/mounts"));
    ASSERT_TRUE(mounts);
    EXPECT_THAT(*mounts, ElementsAre(Mount{"/dev/vda", "/var/lib/mysql", "ext4", false},
                                     Mount{"/dev/vdb", "/mnt/two words", "ext4", true},
                                     Mount{"tmpfs", "/run", "tmpfs", false},
                                     Mount{"nas:/export", "/mnt/nas", "nfs4", false}));
}

TEST(FilesystemMetrics, SayThatAFilesystemDoesNotAnswer) {
    MetricPage page;
    add_filesystem(page, {"nas:/export", "/mnt/nas", "nfs4", false}, std::nullopt);
    add_filesystem(page, {"/dev/vda", "/", "ext4", false}, FilesystemUsage{100, 50, 40, 10, 5});
    const auto text = page.text();
    const std::string nas = R"({device="nas:/export",fstype="nfs4",mountpoint="/mnt/nas"})";
    EXPECT_THAT(text, HasSubstr("node_filesystem_device_error" + nas + " 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("node_filesystem_size_bytes" + nas)));
    EXPECT_THAT(text,
                HasSubstr(R"(avail_bytes{device="/dev/vda",fstype="ext4",mountpoint="/"} 40)"));
}

TEST(MountProbeTest, GoesOnWithTheOthersWhenOneHangsAndDoesNotAskItAgain) {
    struct Shared {
        std::counting_semaphore<> go{0};
        std::counting_semaphore<> returned{0};
        std::atomic<int> asked{0};
    };
    auto shared = std::make_shared<Shared>();
    MountProbe probe([shared](const std::string& mountpoint) -> std::optional<FilesystemUsage> {
        if (mountpoint != "/dead") return FilesystemUsage{1, 1, 1, 1, 1};
        ++shared->asked;
        shared->go.acquire();
        shared->returned.release();
        return FilesystemUsage{2, 2, 2, 2, 2};
    });
    EXPECT_FALSE(probe.usage("/dead", Millis(20)));
    EXPECT_TRUE(probe.usage("/alive", Millis(20000)));
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(probe.usage("/dead", Millis(20000)));
    EXPECT_EQ(shared->asked, 1);

    shared->go.release(2);
    shared->returned.acquire();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::optional<FilesystemUsage> usage;
    while (!usage && std::chrono::steady_clock::now() < until) {
        usage = probe.usage("/dead", Millis(20000));
    }
    ASSERT_TRUE(usage) << "it is asked again once it has returned";
    EXPECT_EQ(usage->size_bytes, 2);
}

TEST(MountProbeTest, AsksTheKernel) {
    MountProbe probe(ask_statvfs);
    const auto usage = probe.usage("/", Millis(20000));
    ASSERT_TRUE(usage);
    EXPECT_GT(usage->size_bytes, 0);
    EXPECT_FALSE(probe.usage("/nonexistent", Millis(20000)));
}

TEST(TimexMetrics, ConvertTheKernelsUnits) {
    timex clock{};
    clock.offset = 1500;
    clock.status = STA_NANO;
    clock.freq = 65536;  // one part in a million
    clock.maxerror = 2000000;
    MetricPage page;
    add_timex(page, TIME_OK, clock);
    const auto samples = read_exposition(page.text()).samples;
    EXPECT_DOUBLE_EQ(samples.at("node_timex_offset_seconds"), 1.5e-6);
    EXPECT_DOUBLE_EQ(samples.at("node_timex_frequency_adjustment_ratio"), 1.000001);
    EXPECT_DOUBLE_EQ(samples.at("node_timex_maxerror_seconds"), 2);
    EXPECT_DOUBLE_EQ(samples.at("node_timex_sync_status"), 1);
}

}  // namespace
}  // namespace understudy::exporters

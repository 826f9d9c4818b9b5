#include <chrono>
#include <stdexcept>
#include <utility>

#include "exporters/agent/metrics.h"
#include "exporters/certificates/certificates.h"
#include "exporters/firewall/counters.h"
#include "exporters/haproxy/holding.h"
#include "exporters/host/collect.h"
#include "exporters/host/filesystem.h"
#include "exporters/mysql/metrics.h"
#include "exporters/mysql/replication.h"
#include "exporters/nginx/access_totals.h"
#include "exporters/nginx/stub_status.h"
#include "exporters/php_fpm/backlog.h"
#include "exporters/php_fpm/memory_growth.h"
#include "exporters/php_fpm/pool_files.h"
#include "exporters/scrape.h"
#include "tests/unit/exporters/golden_text.h"
#include "tests/unit/exporters/mysql_golden.h"
#include "tests/unit/reference/sections.h"

namespace understudy::reference {
namespace {

using exporters::golden;
using exporters::MetricPage;

constexpr core::Millis kDeadline{20000};

// The value of a golden file, or why there is none.
template <class Value>
Value value_of(core::Result<Value> result) {
    if (!result) throw std::runtime_error(core::describe(result.error()));
    return std::move(*result);
}

// Everything that a host's agent can know, of a host that has every part.
core::HostReport whole_report() {
    core::HostReport report;
    report.host = core::HostName("web1");
    report.applied.emplace();
    report.load_balancer.emplace();
    report.vip.emplace().changed = core::WallTime{};
    report.backend.emplace();
    report.orphans.emplace();
    auto& database = report.database.emplace();
    database.answering = true;
    database.lease.emplace();
    database.canary.emplace();
    return report;
}

// The agent's own, and what it says of its collectors: one succeeds and one fails.
Section own_section() {
    const auto report = whole_report();
    auto page = exporters::agent_metrics(
        exporters::agent_state("1", report, {{"mysql", core::ProcessState::kRunning}}));
    page.append(exporters::replication_metrics(*report.database));
    page.append(exporters::config_metrics({}));

    exporters::Scrape scrape;
    scrape.add({"good", kDeadline, [] { return MetricPage(); }});
    scrape.add({"bad", kDeadline, [] {
                    return core::failure(core::ErrorCode::kInvalid, "collect", "nothing good");
                }});
    return {"The agent",
            "What the agent knows and decides by, in memory: these are there at every scrape, "
            "whatever the services do.",
            {{"", page.text()}, {"", scrape.text({kDeadline})}}};
}

Section host_section() {
    const std::string root = "tests/unit/exporters/golden/host/";
    exporters::HostRoots roots{root + "proc", root + "sys", root + "etc", root + "udev", nullptr};
    Section section{
        "The host",
        "Names of node_exporter. From `/proc`, `/sys`, `/etc/os-release`, udev's data "
        "and statvfs(3). Unlike there: memory disks (zram) and speeds that are not known "
        "(-1 there) are left out, and so are collectors of what the kernel has not "
        "(success 0 there).",
        {}};
    for (const auto& collector : exporters::host_collectors(roots, kDeadline)) {
        auto page = value_of(collector.collect());
        if (collector.name == "filesystem") {  // the golden ones are not mounted here
            page = MetricPage();
            exporters::add_filesystem(page, {"/dev/vda", "/", "ext4", false},
                                      exporters::FilesystemUsage{});
        }
        section.parts.push_back({collector.name, page.text()});
    }
    exporters::Collector one{"cpu", kDeadline, [] { return MetricPage(); }};
    one.health = exporters::HealthNames::kNodeExporter;
    exporters::Scrape scrape;
    scrape.add(std::move(one));
    section.parts.push_back({"", scrape.text({kDeadline})});
    return section;
}

Section nginx_section() {
    const auto status =
        value_of(exporters::parse_stub_status(golden("nginx-1.26-stub_status.txt")));
    exporters::AccessTotals log(1);
    log.add_line(golden("nginx-1.22-access_log.txt"));
    return {"Nginx",
            "Names of nginx-prometheus-exporter, from stub_status over HTTP; and what its access "
            "log adds up to, where it is sent to the agent (docs/operations.md).",
            {{"nginx", exporters::nginx_metrics(status).text()},
             {"nginx_access_log", log.metrics(0).text()}}};
}

Section php_fpm_section() {
    const exporters::PoolIdentity pool{"www", "unix:///run/php/php-fpm.sock;/fpm-status"};
    const auto status = value_of(exporters::parse_pool_status(golden("php-fpm-8.4-status.json")));
    auto page = exporters::pool_reach(pool, true, 0);
    page.append(exporters::pool_metrics(status, pool));
    exporters::MemoryGrowth growth;
    for (const std::uint64_t requests : {100U, 200U}) growth.look({{1, requests, 0}});
    return {"PHP-FPM",
            "Names of hipages' php-fpm_exporter. From each pool's status page over FastCGI; the "
            "backlog from the kernel (sock_diag(7)); the limit from the pool's file; memory from "
            "the full status and `/proc`.",
            {{"php_fpm/POOL", page.text()},
             {"php_fpm_backlog/POOL", exporters::backlog_metrics({}, pool).text()},
             {"php_fpm_limits/POOL", exporters::pool_limit_metrics(16, pool).text()},
             {"php_fpm_memory/POOL", exporters::pool_memory_metrics(growth, pool).text()}}};
}

Section haproxy_section() {
    const auto info = value_of(adapters::parse_info(golden("haproxy-3.0-info.txt")));
    const auto stat = value_of(adapters::StatTable::parse(golden("haproxy-3.0-stat.csv")));
    auto page = exporters::haproxy_metrics(info, stat);
    page.append(
        exporters::holding_metrics(value_of(adapters::parse_info(golden("hold_for_writer.txt")))));
    return {"HAProxy",
            "Names of HAProxy's built-in exporter. From `show info` and `show stat` over the stats "
            "socket; the connections that are held from `show holding` (hold_for_writer.lua). "
            "Unlike there: empty fields (NaN there), the states and codes of checks that "
            "do not hold (0 there), and aggregated checks and resolvers, which the socket does "
            "not tell, are left out.",
            {{"haproxy", page.text()}}};
}

Section mysql_section() {
    auto answers = exporters::mysql_answers();
    answers.heartbeats["21"] = "2026-01-31T23:59:59.250000";
    return {"MySQL",
            "Names of mysqld_exporter. From `SHOW GLOBAL STATUS`, `SHOW GLOBAL VARIABLES` (those "
            "that dashboards plot), `SHOW REPLICA STATUS` and the agents' table of heartbeats; "
            "each field of replication under MySQL's present spelling and the older one. Unlike "
            "there: commands that never ran are left out.",
            {{"mysql", exporters::mysql_metrics(answers).text()}}};
}

Section file_section() {
    MetricPage certificates;
    exporters::add_certificates(certificates, "/etc/ssl/site.pem",
                                exporters::parse_certificates(golden("certificates.pem")));
    const auto counters =
        value_of(exporters::parse_firewall_counters(golden("nft-1.0.6-counters.json")));
    return {"Certificates and firewall",
            "From the PEM files that are configured, and from a file with nft's counters.",
            {{"certificates", certificates.text()},
             {"firewall", exporters::firewall_metrics(counters).text()}}};
}

}  // namespace

std::vector<Section> agent_sections() {
    return {own_section(),     host_section(),  nginx_section(), php_fpm_section(),
            haproxy_section(), mysql_section(), file_section()};
}

}  // namespace understudy::reference

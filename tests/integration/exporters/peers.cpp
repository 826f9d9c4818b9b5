#include "tests/integration/exporters/peers.h"

#include <array>

namespace understudy::integration {
namespace {

constexpr auto kHostCollectors = std::to_array<const char*>(
    {"arp",        "cgroups",    "conntrack", "cpu",      "diskstats", "entropy", "filefd",
     "filesystem", "hwmon",      "loadavg",   "meminfo",  "netclass",  "netdev",  "netstat",
     "os",         "pressure",   "schedstat", "sockstat", "softnet",   "stat",    "time",
     "timex",      "udp_queues", "uname",     "vmstat"});

std::string listen_on(std::uint16_t port) {
    return "--web.listen-address=127.0.0.1:" + std::to_string(port);
}

}  // namespace

std::vector<std::string> node_exporter_command(std::uint16_t port) {
    std::vector<std::string> command{"/usr/bin/prometheus-node-exporter", listen_on(port),
                                     "--collector.disable-defaults"};
    for (const auto* collector : kHostCollectors) {
        command.push_back(std::string("--collector.") + collector);
    }
    return command;
}

std::vector<std::string> nginx_exporter_command(std::uint16_t port, const exporters::HttpUrl& url) {
    return {"/usr/bin/prometheus-nginx-exporter", listen_on(port),
            "--nginx.scrape-uri=http://127.0.0.1:" + std::to_string(url.server.port) + url.target};
}

std::vector<std::string> mysqld_exporter_command(std::uint16_t port, const std::string& options) {
    return {"/usr/bin/prometheus-mysqld-exporter",
            listen_on(port),
            "--config.my-cnf=" + options,
            "--no-collect.info_schema.innodb_cmp",
            "--no-collect.info_schema.innodb_cmpmem",
            "--no-collect.info_schema.query_response_time",
            "--collect.heartbeat",
            "--collect.heartbeat.database=understudy"};
}

}  // namespace understudy::integration

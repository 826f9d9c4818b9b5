// The agent beside the exporters that it replaces, on the same daemons at the same moment.
#include "tests/integration/exporters/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "adapters/http/http.h"
#include "exporters/haproxy/metrics.h"
#include "exporters/host/collect.h"
#include "exporters/scrape.h"
#include "tests/integration/exporters/peers.h"
#include "tests/integration/exporters/web_server.h"
#include "tests/integration/haproxy/loopback_server.h"

namespace understudy::integration {
namespace {

using core::Millis;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Millis kPatience{10000};

bool begins_with_any(const std::string& series, std::initializer_list<const char*> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const char* beginning) { return series.starts_with(beginning); });
}

// What an exporter written in Go says of itself.
bool is_its_own(const std::string& series) {
    return begins_with_any(series, {"go_", "process_", "promhttp_"});
}

core::Result<adapters::HttpResponse> ask(std::uint16_t port) {
    adapters::HttpClientOptions to;
    to.server = {"127.0.0.1", port};
    return adapters::HttpClient(to).get("/metrics", kPatience);
}

std::string page_at(std::uint16_t port) {
    const auto answer = ask(port);
    EXPECT_TRUE(answer) << describe(answer.error());
    return answer ? answer->body : "";
}

std::function<bool()> answers_at(std::uint16_t port) {
    return [port] { return ask(port).has_value(); };
}

std::function<std::string()> page_of(exporters::Scrape& scrape) {
    return [&scrape] { return scrape.text({.budget = kPatience}); };
}

TEST(AgreementOfPages, NamesWhatIsMissingAndWhatDiffersInEveryRound) {
    int asked = 0;
    const auto swinging = [&asked] {
        return std::string("swings ") + (++asked % 3 == 0 ? "1" : "2");
    };
    const auto ours = [&] {
        return swinging() + "\ngrows " + std::to_string(asked) + "\nwrong 1\n";
    };
    const auto theirs = [&] {
        return "swings 2\ngrows " + std::to_string(asked) + "\nwrong 2\nabsent 7\nleft_out 1\n";
    };
    const auto agreement = compare({ours, theirs, [](const std::string& series, double /*value*/) {
                                        return series == "left_out";
                                    }});
    EXPECT_EQ(agreement.compared, 4U);
    EXPECT_THAT(agreement.faults,
                ElementsAre("missing: absent 7.000000",
                            "wrong: 2.000000, the agent before and after: 1.000000 and 1.000000"));
}

class AgreementTest : public testing::Test {
  protected:
    ScratchDirectory directory_;
    std::uint16_t port_ = free_port();
    exporters::Scrape scrape_;
};

// Speeds that are not known (-1 there), collectors of what this kernel has not, memory disks; and
// what differs by the connection on which the other is asked.
bool node_leaves_out(const std::string& series, double value) {
    return is_its_own(series) || series.find("device=\"zram") != std::string::npos ||
           (series.starts_with("node_network_speed_bytes") && value < 0) ||
           (series.starts_with("node_scrape_collector_success") && value == 0) ||
           begins_with_any(
               series,
               {"node_exporter_build_info", "node_scrape_collector_duration_seconds",
                "node_filefd_allocated", "node_netstat_Tcp_CurrEstab", "node_sockstat_TCP_alloc",
                "node_sockstat_TCP_inuse", "node_sockstat_sockets_used"});
}

TEST_F(AgreementTest, OfTheHostWithNodeExporter) {
    const Daemon peer(node_exporter_command(port_), kNodeExporterPackage, directory_.path("log"),
                      answers_at(port_));
    for (auto& collector : exporters::host_collectors({}, kPatience)) {
        scrape_.add(std::move(collector));
    }
    const auto agreement =
        compare({page_of(scrape_), [this] { return page_at(port_); }, node_leaves_out});
    EXPECT_GT(agreement.compared, 400U);
    EXPECT_THAT(agreement.faults, IsEmpty());
}

TEST_F(AgreementTest, OfNginxWithItsExporter) {
    Nginx nginx;
    const Daemon peer(nginx_exporter_command(port_, nginx.status_url()), kNginxExporterPackage,
                      directory_.path("log"), answers_at(port_));
    scrape_.add(exporters::nginx_collector(nginx.status_url(), kPatience));
    const auto agreement =
        compare({page_of(scrape_), [this] { return page_at(port_); },
                 [](const std::string& series, double /*value*/) {
                     return is_its_own(series) || series.starts_with("nginxexporter_build_info");
                 }});
    EXPECT_EQ(agreement.compared, 8U);
    EXPECT_THAT(agreement.faults, IsEmpty());
}

// A site of its own: one server that is down, one that HAProxy asks for its metrics.
std::vector<std::string> haproxy_command(const ScratchDirectory& directory, std::uint16_t port) {
    directory.write(
        "haproxy.cfg",
        "global\n  stats socket " + directory.path("admin.sock") +
            " level admin\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 10s\n"
            "  timeout server 10s\nfrontend metrics\n  bind 127.0.0.1:" +
            std::to_string(port) +
            "\n  http-request use-service prometheus-exporter if { path /metrics }\n"
            "  default_backend web\nbackend web\n  option httpchk GET /metrics\n"
            "  server web1 127.0.0.1:" +
            std::to_string(port) + " check inter 100ms weight 20\n  server web2 127.0.0.1:" +
            std::to_string(free_port()) + " check inter 100ms fall 1 backup\n");
    return {"/usr/sbin/haproxy", "-db", "-f", directory.path("haproxy.cfg")};
}

// Empty fields, and the states of checks that do not hold, are left out; aggregated checks and
// resolvers have no field in HAProxy's answers over the socket; some differ by the connection on
// which HAProxy itself is asked.
bool haproxy_leaves_out(const std::string& series, double value) {
    return std::isnan(value) ||
           begins_with_any(
               series,
               {"haproxy_process_current_connections", "haproxy_process_current_tasks",
                "haproxy_frontend_current_sessions", "haproxy_process_nbproc",
                "haproxy_process_relative_process_id", "haproxy_backend_agg_", "haproxy_resolver_",
                "haproxy_process_current_zlib", "haproxy_process_max_zlib"}) ||
           (begins_with_any(series, {"haproxy_server_check_status", "haproxy_server_check_code"}) &&
            value == 0);
}

TEST_F(AgreementTest, OfHaproxyWithItsOwnExporter) {
    const Daemon haproxy(haproxy_command(directory_, port_), "haproxy", directory_.path("log"),
                         answers_at(port_));
    scrape_.add(exporters::haproxy_collector(directory_.path("admin.sock"), kPatience));
    const auto agreement =
        compare({page_of(scrape_), [this] { return page_at(port_); }, haproxy_leaves_out});
    EXPECT_GT(agreement.compared, 200U);
    EXPECT_THAT(agreement.faults, IsEmpty());
}

}  // namespace
}  // namespace understudy::integration

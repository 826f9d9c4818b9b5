#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/bench/agent/report.h"
#include "tests/bench/agent/scraper.h"
#include "tests/bench/agent/usefulness.h"

namespace understudy::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Figures figures(const std::string& name, std::size_t useful_series) {
    Figures one;
    one.name = name;
    one.scrapes = 1000;
    one.series = useful_series + 10;
    one.useful_series = useful_series;
    one.rss_mib = 10;
    one.plain = {2, 3, 4, 5000};
    one.gzip = {3, 4, 5, 600};
    return one;
}

AgentFigures kept() { return {figures("agent", 200), {figures("one", 120), figures("two", 80)}}; }

TEST(SeriesOfAPage, AreCountedWithAndWithoutWhatAnExporterSaysOfItself) {
    const std::string page =
        "# HELP a A.\n# TYPE a gauge\na{x=\"1\"} 1\na{x=\"2\"} 2\n"
        "go_threads 1\nnode_scrape_collector_success{collector=\"cpu\"} 1\n\nnode_load1 1";
    EXPECT_EQ(series_in(page), 5U);
    EXPECT_EQ(useful_series_in(page), 3U);
}

TEST(UsefulSeries, AreThoseThatADashboardOrAnAlertGoesBy) {
    for (const auto* line :
         {"mysql_global_variables_max_connections 151", "mysql_global_status_queries 0",
          "mysql_global_variables_rpl_semi_sync_master_enabled 1", "mysql_up 1",
          "mysql_global_status_commands_total{command=\"select\"} 10", "haproxy_up 1",
          "node_network_speed_bytes{device=\"eth0\"} 1.25e+08",
          "node_disk_io_now{device=\"sda\"} 0"}) {
        EXPECT_FALSE(why_not_useful(line)) << line;
    }
    for (const auto* line :
         {"mysql_global_variables_ft_max_word_len 84", "haproxy_server_weight NaN",
          "mysql_global_status_commands_total{command=\"xa_end\"} 0", "go_threads 9",
          "node_network_speed_bytes{device=\"eth0\"} -125000",
          "node_disk_io_now{device=\"zram0\"} 0",
          "understudy_collector_success{collector=\"mysql\"} 1"}) {
        EXPECT_TRUE(why_not_useful(line)) << line;
    }
}

TEST(AgentCost, IsComparedWithTheExportersTogether) {
    const auto sum = sum_of(kept().exporters);
    EXPECT_EQ(sum.useful_series, 200U);
    EXPECT_EQ(sum.rss_mib, 20);
    EXPECT_EQ(sum.gzip.cpu_ms, 6);
    EXPECT_EQ(sum.plain.bytes, 10000U);
}

TEST(AgentCost, NamesEachPromiseThatDoesNotHold) {
    EXPECT_THAT(broken_promises(kept()), IsEmpty());
    auto figures = kept();
    figures.agent.rss_mib = 12.5;
    EXPECT_THAT(broken_promises(figures), ElementsAre("resident MiB: 12.50, promised: 12.00"));
    figures = kept();
    figures.agent.gzip.cpu_ms = 5.1;
    figures.agent.plain.p99_ms = 16;
    EXPECT_EQ(broken_promises(figures).size(), 2U);
    figures = kept();
    figures.agent.useful_series = 199;
    EXPECT_THAT(broken_promises(figures), ElementsAre("series: 199, the exporters together: 200"));
    figures = kept();
    figures.agent.rss_growth_mib = 1.5;
    figures.agent.descriptors_growth = 3;
    EXPECT_EQ(broken_promises(figures).size(), 2U);
}

TEST(AgentCost, IsReportedInWordsAndAsJson) {
    EXPECT_THAT(report_as_text(kept()), HasSubstr("all exporters"));
    const auto json = nlohmann::json::parse(report_as_json(kept()));
    EXPECT_EQ(json["rss_mib"], 10);
    EXPECT_EQ(json["cpu_ms_per_scrape"], 3);
    EXPECT_EQ(json["exporters"]["one"]["series"], 130);
    EXPECT_EQ(json["exporters"]["sum"]["plain"]["bytes"], 10000);
    EXPECT_THAT(json["broken"], IsEmpty());
}

TEST(AgentCost, IsReportedAloneWithWhatItHeldOnTheWay) {
    AgentFigures alone{figures("agent", 200), {}};
    alone.agent.holdings = {{0, 10.25, 50}, {5000, 10.5, 51}};
    EXPECT_THAT(report_as_text(alone), HasSubstr("after 5000: 10.50 MiB, 51 descriptors\n"));
    EXPECT_THAT(report_as_text(alone), Not(HasSubstr("all exporters")));
    const auto json = nlohmann::json::parse(report_as_json(alone));
    EXPECT_EQ(json["holdings"][1]["descriptors"], 51);
    EXPECT_FALSE(json.contains("exporters"));
    EXPECT_THAT(json["broken"], IsEmpty());
}

}  // namespace
}  // namespace understudy::bench

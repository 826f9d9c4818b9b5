#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "exporters/haproxy/holding.h"
#include "exporters/haproxy/metrics.h"
#include "tests/unit/exporters/exposition.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using testing::HasSubstr;

Exposition ours(const std::string& version) {
    const auto info = adapters::parse_info(golden("haproxy-" + version + "-info.txt"));
    const auto stat = adapters::StatTable::parse(golden("haproxy-" + version + "-stat.csv"));
    EXPECT_TRUE(info && stat);
    return read_exposition(haproxy_metrics(*info, *stat).text());
}

// The built-in exporter was asked a moment after the socket, over a frontend of HAProxy itself:
// these differ by that request, or by time.
bool moves(const std::string& series) {
    if (series.find("\"prom\"") != std::string::npos) return true;
    for (const auto* part : {"haproxy_process_current_", "haproxy_process_max_", "_seconds{",
                             "haproxy_process_connections_total", "_process_requests_total",
                             "haproxy_process_bytes_out", "haproxy_process_pool_",
                             "haproxy_process_jobs", "haproxy_process_idle_time_percent"}) {
        if (series.find(part) != std::string::npos) return true;
    }
    return false;
}

// What is left out on purpose.
bool haproxy_leaves_out(const std::string& series, double value) {
    if (std::isnan(value)) return true;
    for (const auto* part :
         {"_nbproc", "_relative_process_id", "_agg_server_check_status", "_agg_check_status",
          "haproxy_resolver_", "haproxy_process_current_zlib", "haproxy_process_max_zlib"}) {
        if (series.find(part) != std::string::npos) return true;
    }
    const bool has_no_check = series.starts_with("haproxy_server_check_code{proxy=\"web\"");
    return has_no_check || (series.starts_with("haproxy_server_check_status") && value == 0);
}

void compare_with_the_built_in_exporter(const std::string& version) {
    const auto own = ours(version);
    const auto theirs = read_exposition(golden("haproxy-" + version + "-exporter.prom"));
    int compared = 0;
    for (const auto& [series, value] : theirs.samples) {
        if (haproxy_leaves_out(series, value)) continue;
        const auto found = own.samples.find(series);
        if (found == own.samples.end()) {
            ADD_FAILURE() << "missing: " << series << " " << value;
        } else if (!moves(series)) {
            EXPECT_EQ(found->second, value) << series;
            ++compared;
        }
    }
    EXPECT_GT(compared, 300);
    for (const auto& [family, type] : own.types) {
        const auto found = theirs.types.find(family);
        if (found != theirs.types.end()) {
            EXPECT_EQ(found->second, type) << family;
        }
    }
}

TEST(HaproxyMetrics, AgreeWithTheBuiltInExporterOf26) { compare_with_the_built_in_exporter("2.6"); }

TEST(HaproxyMetrics, AgreeWithTheBuiltInExporterOf30) { compare_with_the_built_in_exporter("3.0"); }

TEST(HaproxyMetrics, AgreeWithTheBuiltInExporterOf32) { compare_with_the_built_in_exporter("3.2"); }

TEST(HaproxyMetrics, ConvertMillisecondsToSeconds) {
    const auto stat = adapters::StatTable::parse(
        "# pxname,svname,type,status,rtime,check_duration,\nweb,web1,2,UP,250,3,\n");
    const auto text = haproxy_metrics({{"Name", "HAProxy"}}, *stat).text();
    EXPECT_THAT(text, HasSubstr("haproxy_server_response_time_average_seconds"
                                "{proxy=\"web\",server=\"web1\"} 0.25\n"));
    EXPECT_THAT(text, HasSubstr("check_duration_seconds{proxy=\"web\",server=\"web1\"} 0.003\n"));
}

TEST(HaproxyMetrics, CollapseTheStatesOfAServer) {
    const auto stat = adapters::StatTable::parse(
        "# pxname,svname,type,status,check_status,\n"
        "db,a,2,DOWN 1/2,* L7OK,\ndb,b,2,UP 1/2,L7STS,\ndb,c,2,MAINT (via x/y),,\n"
        "db,d,2,no check,,\ndb,BACKEND,1,UP,,\n");
    const auto page = read_exposition(haproxy_metrics({{"Name", "HAProxy"}}, *stat).text());
    const auto at = [&](const std::string& series) { return page.samples.at(series); };
    EXPECT_EQ(at("haproxy_server_status{proxy=\"db\",server=\"a\",state=\"DOWN\",}"), 1);
    EXPECT_EQ(at("haproxy_server_status{proxy=\"db\",server=\"b\",state=\"UP\",}"), 1);
    EXPECT_EQ(at("haproxy_server_status{proxy=\"db\",server=\"c\",state=\"MAINT\",}"), 1);
    EXPECT_EQ(at("haproxy_server_status{proxy=\"db\",server=\"d\",state=\"UP\",}"), 1);
    EXPECT_EQ(at("haproxy_server_status{proxy=\"db\",server=\"d\",state=\"DOWN\",}"), 0);
    EXPECT_EQ(at("haproxy_server_check_status{proxy=\"db\",server=\"a\",state=\"L7OK\",}"), 1);
    EXPECT_EQ(at("haproxy_backend_agg_server_status{proxy=\"db\",state=\"UP\",}"), 2);
}

TEST(HaproxyMetrics, BearDamage) {
    const auto info = *adapters::parse_info(golden("haproxy-3.0-info.txt"));
    bears_damage(golden("haproxy-3.0-stat.csv"), [&](std::string_view text) {
        if (const auto stat = adapters::StatTable::parse(text)) (void)haproxy_metrics(info, *stat);
        return 0;
    });
    bears_damage(golden("haproxy-3.0-info.txt"), adapters::parse_info);
}

TEST(HaproxyCollector, SaysThatHaproxyIsDown) {
    const auto collector = haproxy_collector("/nonexistent/admin.sock", core::Millis(100));
    EXPECT_FALSE(collector.collect());
    EXPECT_THAT(collector.when_missing().text(), HasSubstr("haproxy_up 0\n"));
}

TEST(Holding, CountsThoseWhoWaitAndHowTheirWaitsEnded) {
    const auto holding = adapters::parse_info(golden("hold_for_writer.txt"));
    ASSERT_TRUE(holding);
    const auto text = holding_metrics(*holding).text();
    EXPECT_THAT(text, HasSubstr("\nunderstudy_haproxy_held_connections 3\n"));
    EXPECT_THAT(text, HasSubstr("\nunderstudy_haproxy_holds_total{outcome=\"left\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("\nunderstudy_haproxy_hold_seconds_total 11.433\n"));
}

TEST(Holding, SaysNothingOfAnHaproxyThatHoldsNobody) {
    EXPECT_EQ(holding_metrics({{"Unknown command", "'show'"}}).text(), MetricPage().text());
}

}  // namespace
}  // namespace understudy::exporters

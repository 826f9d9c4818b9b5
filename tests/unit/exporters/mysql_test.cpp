#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "exporters/mysql/metrics.h"
#include "exporters/mysql/replication.h"
#include "exporters/mysql/values.h"
#include "tests/unit/exporters/exposition.h"
#include "tests/unit/exporters/golden.h"
#include "tests/unit/exporters/mysql_golden.h"

namespace understudy::exporters {
namespace {

using testing::HasSubstr;
using testing::Not;

const Exposition& own() {
    static const auto page = read_exposition(mysql_metrics(mysql_answers()).text());
    return page;
}

// Absent on purpose: commands that never ran, and variables that nobody plots.
bool mysql_leaves_out(const std::string& series, double value) {
    constexpr std::string_view kVariables = "mysql_global_variables_";
    if (series.starts_with("mysql_global_status_commands_total")) return value == 0;
    return series.starts_with(kVariables) &&
           !is_exported_variable(series.substr(kVariables.size()));
}

TEST(MysqlMetrics, HaveTheNamesAndTypesOfMysqldExporter) {
    const auto theirs = read_exposition(golden("mysql-9.7/mysqld_exporter-0.14.prom"));
    int compared = 0;
    for (const auto& [series, value] : theirs.samples) {
        if (mysql_leaves_out(series, value)) continue;
        // The status commands of the two scrapes themselves.
        if (series.find("\"show_") != std::string::npos) continue;
        EXPECT_TRUE(own().samples.contains(series)) << "missing: " << series;
        ++compared;
    }
    EXPECT_GT(compared, 300);
    for (const auto& [family, type] : own().types) {
        const auto found = theirs.types.find(family);
        if (found != theirs.types.end()) {
            EXPECT_EQ(found->second, type) << family;
        }
    }
}

// Asked a moment apart on an idle server: variables are equal, counters hardly moved.
TEST(MysqlMetrics, HaveTheValuesOfMysqldExporter) {
    const auto theirs = read_exposition(golden("mysql-9.7/mysqld_exporter-0.14.prom"));
    for (const auto& [series, value] : theirs.samples) {
        const auto found = own().samples.find(series);
        if (found == own().samples.end()) continue;
        if (series.starts_with("mysql_global_variables_")) {
            EXPECT_EQ(found->second, value) << series;
        } else if (value > 1000 && series.find("buffer_pool") != std::string::npos) {
            EXPECT_NEAR(found->second, value, value * 0.2) << series;
        }
    }
}

TEST(MysqlMetrics, GiveReplicationUnderBothSpellings) {
    const std::string labels =
        "{channel_name=\"\",connection_name=\"\",master_host=\"127.0.0.1\",master_uuid=";
    int found = 0;
    for (const auto& [series, value] : own().samples) {
        for (const auto* name :
             {"mysql_slave_status_slave_io_running", "mysql_slave_status_replica_io_running",
              "mysql_slave_status_slave_sql_running", "mysql_slave_status_seconds_behind_master",
              "mysql_slave_status_seconds_behind_source", "mysql_slave_status_read_master_log_pos",
              "mysql_slave_status_exec_source_log_pos", "mysql_slave_status_last_io_errno",
              "mysql_slave_status_relay_log_space"}) {
            found += series.starts_with(name + labels) ? 1 : 0;
        }
    }
    EXPECT_EQ(found, 9);
    EXPECT_EQ(own().samples.at("mysql_global_status_rpl_semi_sync_replica_status"),
              own().samples.at("mysql_global_status_rpl_semi_sync_slave_status"));
    EXPECT_THAT(mysql_metrics(mysql_answers()).text(), Not(HasSubstr("slavete")));
}

TEST(MysqlMetrics, TellTheLagThatTheServerTells) {
    EXPECT_EQ(own().samples.at("understudy_replication_lag_seconds{basis=\"seconds_behind\",}"), 0);
    EXPECT_EQ(own().samples.at("understudy_replication_lag_valid{basis=\"seconds_behind\",}"), 1);

    auto stopped = mysql_answers();
    stopped.channels[0].erase("Seconds_Behind_Source");
    stopped.applier_lag_seconds = 1.5;
    const auto page = read_exposition(mysql_metrics(stopped).text());
    EXPECT_TRUE(std::isnan(
        page.samples.at("understudy_replication_lag_seconds{basis=\"seconds_behind\",}")));
    EXPECT_EQ(page.samples.at("understudy_replication_lag_valid{basis=\"seconds_behind\",}"), 0);
    EXPECT_EQ(page.samples.at("understudy_replication_lag_seconds{basis=\"applier\",}"), 1.5);
}

TEST(MysqlMetrics, GiveTheHeartbeats) {
    MysqlAnswers asked;
    asked.heartbeats = {{"21", "2026-01-31T23:59:59.250000"}, {"22", "garbage"}};
    asked.now = core::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 2 / 1));
    const auto page = read_exposition(mysql_metrics(asked).text()).samples;
    EXPECT_EQ(page.at("mysql_heartbeat_stored_timestamp_seconds{server_id=\"21\",}"),
              1769903999.25);
    EXPECT_EQ(page.at("mysql_heartbeat_now_timestamp_seconds{server_id=\"21\",}"), 1769904000);
    EXPECT_FALSE(page.contains("mysql_heartbeat_stored_timestamp_seconds{server_id=\"22\",}"));
}

TEST(MysqlMetrics, SayThatMysqlIsDownAndKeepTheLag) {
    const auto text = mysql_missing().text();
    EXPECT_THAT(text, HasSubstr("mysql_up 0\n"));
    EXPECT_THAT(text,
                HasSubstr("understudy_replication_lag_seconds{basis=\"seconds_behind\"} NaN"));
    const auto collector = mysql_collector(
        []() -> core::Result<MysqlAnswers> {
            return core::failure(core::ErrorCode::kUnreachable, "ask", "nobody");
        },
        core::Millis(1000));
    EXPECT_EQ(collector.collect().error().detail, "nobody");
}

TEST(MysqlValue, ReadsWhatMysqlPrints) {
    EXPECT_EQ(mysql_value("ON"), 1);
    EXPECT_EQ(mysql_value("Yes"), 1);
    EXPECT_EQ(mysql_value("OFF"), 0);
    EXPECT_EQ(mysql_value("Connecting"), 0);
    EXPECT_EQ(mysql_value("10.5"), 10.5);
    EXPECT_EQ(mysql_value("-1"), -1);
    EXPECT_EQ(mysql_value("binlog.000012"), 12);
    EXPECT_EQ(mysql_value("2026-11-23 03:44:15"), 1795405455);
    EXPECT_EQ(mysql_value("Nov 20 03:44:09 2036 GMT"), 2110765449);
    EXPECT_EQ(mysql_value("Jan  1 00:00:01 1970 GMT"), 1);
    for (const auto* text : {"", "o", "onn", "9.7.4-2", "ROW", "inf", "nan", "a.b", ".",
                             "Foo 20 03:44:09 2036 GMT", "2026-13-23 03:44:15"}) {
        EXPECT_EQ(mysql_value(text), std::nullopt) << text;
    }
}

RC_GTEST_PROP(MysqlValue, NeverCrashesOnForeignBytes, (const std::string& text)) {
    (void)mysql_value(text);
    (void)heartbeat_seconds(text);
    (void)heartbeat_seconds("2026-01-31T23:59:59" + text);
}

TEST(HeartbeatSeconds, RefusesWhatIsNoTime) {
    EXPECT_EQ(heartbeat_seconds("1970-01-01T00:00:01"), 1);
    for (const auto* text : {"", "2026-13-01T00:00:00", "2026-01-31 23:59:59",
                             "2026-01-31T23:59:59x", "2026-02-30T00:00:00"}) {
        EXPECT_EQ(heartbeat_seconds(text), std::nullopt) << text;
    }
}

TEST(ReplicationMetrics, AlwaysHaveTheLag) {
    const auto lag_of = [](const core::DatabaseFacts& facts) {
        return read_exposition(replication_metrics(facts).text())
            .samples.at("understudy_replication_lag_seconds{basis=\"heartbeat\",}");
    };
    core::DatabaseFacts facts;
    EXPECT_TRUE(std::isnan(lag_of(facts)));
    facts.answering = true;
    EXPECT_TRUE(std::isnan(lag_of(facts)));
    facts.replication.configured = true;
    facts.replication.lag_seconds = 46;
    EXPECT_EQ(lag_of(facts), 46);
}

TEST(ReplicationMetrics, SayWhatRunsAndWhatIsNotApplied) {
    core::DatabaseFacts facts;
    facts.answering = true;
    facts.super_read_only = true;
    facts.replication.configured = true;
    facts.replication.receiver = core::ReceiverState::kConnecting;
    facts.replication.applier_running = true;
    facts.replication.retrieved =
        *core::GtidSet::parse("aaaaaaaa-0000-0000-0000-000000000001:1-10");
    facts.executed = *core::GtidSet::parse("aaaaaaaa-0000-0000-0000-000000000001:1-7");
    facts.canary = core::CanaryFacts{core::Millis(1500), true};
    const auto page = read_exposition(replication_metrics(facts).text()).samples;
    EXPECT_EQ(page.at("understudy_replication_receiver_running"), 0);
    EXPECT_EQ(page.at("understudy_replication_applier_running"), 1);
    EXPECT_EQ(page.at("understudy_replication_unapplied_transactions"), 3);
    EXPECT_EQ(page.at("understudy_database_writable"), 0);
    EXPECT_EQ(page.at("understudy_canary_age_seconds"), 1.5);
}

}  // namespace
}  // namespace understudy::exporters

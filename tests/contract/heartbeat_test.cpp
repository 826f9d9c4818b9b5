// The heartbeat, the lag that is measured by it, and what the exporter reads.
#include <chrono>

#include "adapters/mysql/mysql_heartbeat.h"
#include "adapters/mysql/mysql_metrics.h"
#include "tests/contract/mysql_servers.h"

namespace understudy::contract {
namespace {

using core::ErrorCode;
using core::StepKind;
using std::chrono::steady_clock;

core::WallTime wall_now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

TEST_F(MySqlContract, TheLagIsTheAgeOfTheSourcesHeartbeat) {
    open_a_followed_by_b();
    EXPECT_FALSE(observed(*b_).replication.lag_seconds) << "no heartbeat was ever written";
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    ASSERT_TRUE(heartbeat.beat(wall_now() - std::chrono::seconds(100), kSoon));
    await(*b_, "b has an old heartbeat", [](const core::DatabaseFacts& facts) {
        const auto lag = facts.replication.lag_seconds;
        return lag && *lag > 100.0 && *lag < 110.0;
    });
    ASSERT_TRUE(heartbeat.beat(wall_now(), kSoon));
    await(*b_, "b has a fresh heartbeat", [](const core::DatabaseFacts& facts) {
        const auto lag = facts.replication.lag_seconds;
        return lag && *lag >= 0.0 && *lag < 1.0;
    });
}

TEST_F(MySqlContract, AHeartbeatThatWaitsEndsByItsDeadlineAndTheNextOneIsFree) {
    must(*a_, StepKind::kWaitForAcksOn);
    must(*a_, StepKind::kOpenWrites);
    const auto now = wall_now();
    {
        adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
        const auto before = steady_clock::now();
        const auto beat = heartbeat.beat(now, Millis{200});
        ASSERT_FALSE(beat);
        EXPECT_EQ(beat.error().code, ErrorCode::kTimeout);
        EXPECT_LT(steady_clock::now() - before, Millis{300});
    }
    EXPECT_EQ(observed(*a_).client_sessions, 0) << "the agent's own is no client";
    must(*a_, StepKind::kWaitForAcksOff);
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    ASSERT_TRUE(heartbeat.beat(now - std::chrono::seconds(1), kSoon));
    const auto stored = a_server_.root("SELECT ts FROM understudy.heartbeat").front();
    EXPECT_EQ(stored.text(0, "ts"), adapters::heartbeat_text(now)) << "it never goes back";
}

TEST_F(MySqlContract, AFencedServerRefusesTheHeartbeat) {
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    const auto beat = heartbeat.beat(wall_now(), kSoon);
    ASSERT_FALSE(beat);
    EXPECT_EQ(beat.error().code, ErrorCode::kRefused);
    EXPECT_EQ(beat.error().number, 1290);
}

TEST_F(MySqlContract, TheExporterReadsStatusVariablesChannelsAndHeartbeats) {
    open_a_followed_by_b();
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    ASSERT_TRUE(heartbeat.beat(wall_now(), kSoon));
    adapters::MySqlMetrics metrics(b_server_.login("understudy_agent"));
    const auto status = metrics.global_status(kSoon);
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->contains("Threads_connected"));
    EXPECT_EQ(status->at("Rpl_semi_sync_replica_status"), "OFF");
    const auto variables = metrics.global_variables(kSoon);
    ASSERT_TRUE(variables);
    EXPECT_EQ(variables->at("super_read_only"), "ON");
    const auto channels = metrics.replica_status(kSoon);
    ASSERT_TRUE(channels);
    ASSERT_EQ(channels->size(), 1U);
    EXPECT_EQ(channels->front().at("Source_Host"), a_server_.address().host);
    await(*b_, "b has the heartbeat", [](const core::DatabaseFacts& facts) {
        return facts.replication.lag_seconds.has_value();
    });
    const auto beats = metrics.heartbeats(kSoon);
    ASSERT_TRUE(beats);
    EXPECT_TRUE(beats->contains("21"));
}

}  // namespace
}  // namespace understudy::contract

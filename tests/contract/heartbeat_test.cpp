// The heartbeat, the lag that is measured by it, and what the exporter reads.
#include <chrono>
#include <thread>

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

TEST_F(MySqlContract, AHeartbeatThatWaitsEndsByItsDeadlineAndIsFoundDoneLater) {
    must(*a_, StepKind::kWaitForAcksOn);
    must(*a_, StepKind::kOpenWrites);
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    const auto now = wall_now();
    for (int attempt = 0; attempt < 4; ++attempt) {
        const auto before = steady_clock::now();
        const auto beat = heartbeat.beat(now, Millis{300});
        const auto took = steady_clock::now() - before;
        ASSERT_FALSE(beat);
        EXPECT_EQ(beat.error().code, ErrorCode::kTimeout);
        EXPECT_GE(took, Millis{290});
        EXPECT_LT(took, Millis{400});
    }
    EXPECT_EQ(observed(*a_).client_sessions, 0) << "the agent's own are no clients";
    const auto own = a_server_.root(
        "SELECT COUNT(*) AS n FROM performance_schema.threads "
        "WHERE PROCESSLIST_USER = 'understudy_agent' AND PROCESSLIST_COMMAND = 'Query'");
    EXPECT_LE(own.front().number(0, "n").value_or(99), 6) << "waiting beats do not pile up";
    must(*a_, StepKind::kWaitForAcksOff);
    EXPECT_TRUE(heartbeat.beat(now - std::chrono::seconds(1), kSoon));
    const auto stored = a_server_.root("SELECT ts FROM understudy.heartbeat").front();
    EXPECT_EQ(stored.text(0, "ts"), adapters::heartbeat_text(now)) << "it never goes back";
}

TEST_F(MySqlContract, AHeartbeatThatWaitsHoldsUpNobodysEnd) {
    must(*a_, StepKind::kWaitForAcksOn);
    must(*a_, StepKind::kOpenWrites);
    steady_clock::time_point before;
    {
        adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
        EXPECT_FALSE(heartbeat.beat(wall_now(), Millis{300}));
        before = steady_clock::now();
    }
    EXPECT_LT(steady_clock::now() - before, Millis{200});
}

// A transaction that was received, but not acknowledged before the replica's connection ended, is
// not acknowledged by the next connection on its own.
TEST_F(MySqlContract, AHeartbeatFreesCommitsWhoseAcknowledgementWasLost) {
    protect_a_by_b();
    must(*b_, StepKind::kAcknowledgeOff);
    await(*a_, "b no longer acknowledges",
          [](const core::DatabaseFacts& facts) { return facts.semi_sync.source_clients == 0; });
    Client client(a_server_);
    client.insert(1);
    await(*b_, "b has received it",
          [](const core::DatabaseFacts& facts) { return !facts.replication.retrieved.empty(); });
    must(*b_, StepKind::kAcknowledgeOn);
    await(*a_, "b acknowledges again",
          [](const core::DatabaseFacts& facts) { return facts.semi_sync.source_clients == 1; });
    EXPECT_FALSE(client.outcome(Millis{700})) << "no longer so: README.md and this can go";
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    EXPECT_TRUE(heartbeat.beat(wall_now(), kSoon));
    const auto outcome = client.outcome(kSoon);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(*outcome);
}

TEST_F(MySqlContract, AHeartbeatThatLostItsOwnAcknowledgementFreesItself) {
    protect_a_by_b();
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    ASSERT_TRUE(heartbeat.beat(wall_now(), kSoon));
    must(*b_, StepKind::kAcknowledgeOff);
    await(*a_, "b no longer acknowledges",
          [](const core::DatabaseFacts& facts) { return facts.semi_sync.source_clients == 0; });
    std::jthread comes_back([this] {
        await(*b_, "b has received the beat", [](const core::DatabaseFacts& facts) {
            return facts.replication.retrieved.count() >= 2;
        });
        must(*b_, StepKind::kAcknowledgeOn);
    });
    const auto beat = heartbeat.beat(wall_now(), Millis{5000});
    EXPECT_TRUE(beat) << describe(beat.error());
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
    const auto variables = metrics.global_variables({"super_read_only", "no_such"}, kSoon);
    ASSERT_TRUE(variables);
    EXPECT_EQ(variables->size(), 1U);
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

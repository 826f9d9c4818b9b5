#include "adapters/mysql/dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::adapters {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<Table> answers(const std::string& version, const std::vector<std::string>& variables) {
    Table second{{"Variable_name", "Value"}, {}};
    for (const auto& name : variables) second.rows.push_back({name, "OFF"});
    return {{{"version", "comment"}, {{version, "Debian"}}}, second};
}

// percona/orchestrator#41 and #54: SHOW SLAVE STATUS, CHANGE MASTER are gone since 8.4.
TEST(Dialect, SpeaksOfSourcesAndReplicasToANewServer) {
    const auto dialect = choose_dialect(
        answers("9.7.4-2", {"rpl_semi_sync_replica_enabled", "rpl_semi_sync_source_enabled"}));
    ASSERT_TRUE(dialect);
    EXPECT_EQ(dialect->version, "9.7.4-2");
    EXPECT_EQ(dialect->wait_for_acks_off(), "SET GLOBAL rpl_semi_sync_source_enabled = OFF");
    EXPECT_EQ(dialect->acknowledge("ON"), "SET GLOBAL rpl_semi_sync_replica_enabled = ON");
}

TEST(Dialect, KeepsTheWordsOfTheOldPlugins) {
    const auto dialect = choose_dialect(
        answers("8.0.36", {"rpl_semi_sync_master_enabled", "rpl_semi_sync_slave_enabled"}));
    ASSERT_TRUE(dialect);
    EXPECT_THAT(dialect->wait_for_acks_on(2),
                AllOf(HasSubstr("rpl_semi_sync_master_wait_no_slave = ON"),
                      HasSubstr("rpl_semi_sync_master_wait_for_slave_count = 2")));
    EXPECT_THAT(dialect->acknowledge("OFF"), HasSubstr("rpl_semi_sync_slave_enabled = OFF"));
    EXPECT_THAT(dialect->observe(), HasSubstr("@@global.rpl_semi_sync_master_enabled"));
}

TEST(Dialect, WaitingIsEndlessAndBeforeTheCommit) {
    const auto dialect = choose_dialect(answers("9.7.4", {"rpl_semi_sync_source_enabled"}));
    ASSERT_TRUE(dialect);
    EXPECT_EQ(dialect->wait_for_acks_on(1),
              "SET GLOBAL rpl_semi_sync_source_timeout = 4294967295, "
              "GLOBAL rpl_semi_sync_source_wait_point = AFTER_SYNC, "
              "GLOBAL rpl_semi_sync_source_wait_no_replica = ON, "
              "GLOBAL rpl_semi_sync_source_wait_for_replica_count = 1, "
              "GLOBAL rpl_semi_sync_source_enabled = ON");
}

TEST(Dialect, ObservesAServerWithoutThePlugins) {
    const auto dialect = choose_dialect(answers("9.7.4", {}));
    ASSERT_TRUE(dialect);
    EXPECT_THAT(dialect->observe(), Not(HasSubstr("@@global.rpl_semi_sync")));
}

TEST(Dialect, RefusesWhatItCannotSpeakTo) {
    for (const auto* version : {"11.8.3-MariaDB-deb13", "5.7.44", "8.0.25", "", "nonsense"}) {
        const auto dialect = choose_dialect(answers(version, {}));
        ASSERT_FALSE(dialect) << version;
        EXPECT_EQ(dialect.error().code, core::ErrorCode::kRefused);
    }
    EXPECT_FALSE(choose_dialect({}));
}

TEST(Dialect, SaysInOneLineThatMariaDbIsNotSupported) {
    for (const auto* version : {"10.11.14-MariaDB-0+deb12u2-log", "5.5.5-10.11.14-MariaDB"}) {
        const auto dialect = choose_dialect(answers(version, {"rpl_semi_sync_master_enabled"}));
        ASSERT_FALSE(dialect);
        EXPECT_EQ(describe(dialect.error()),
                  "choose the SQL for this server: this is MariaDB (" + std::string(version) +
                      "), which is not supported yet: its GTIDs and its replication are not "
                      "MySQL's (refused)");
    }
}

// replication-manager#1037: since 9.0 a replication login needs TLS or the source's public key.
TEST(Dialect, FollowsByPositionOverTlsAndTriesForever) {
    const auto sql = follow_statement({"198.18.0.21", 3306}, {"repl", "it's\\", "/ca.crt"});
    EXPECT_THAT(sql, HasSubstr("SOURCE_HOST = '198.18.0.21', SOURCE_PORT = 3306"));
    EXPECT_THAT(sql, HasSubstr("SOURCE_PASSWORD = 'it\\'s\\\\'"));
    EXPECT_THAT(sql, HasSubstr("SOURCE_AUTO_POSITION = 1"));
    EXPECT_THAT(sql, HasSubstr("SOURCE_SSL = 1, SOURCE_SSL_CA = '/ca.crt'"));
    EXPECT_THAT(sql, HasSubstr("SOURCE_SSL_VERIFY_SERVER_CERT = 1"));
    EXPECT_THAT(sql, HasSubstr("SOURCE_RETRY_COUNT = 0"));
}

}  // namespace
}  // namespace understudy::adapters

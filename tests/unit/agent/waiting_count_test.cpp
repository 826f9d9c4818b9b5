#include "agent/waiting_count.h"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

constexpr std::uint32_t kTwoProcessors = 2;

TEST(QueuedRequests, AreThoseOfTheBackendThatNoServerHas) {
    const auto stat = adapters::StatTable::parse(
        "# pxname,svname,qcur,qmax\n"
        "web,FRONTEND,,\n"
        "api,BACKEND,1,1\n"
        "web,web1,4,9\n"
        "web,BACKEND,7,9\n"
        "odd,BACKEND,,\n");
    ASSERT_TRUE(stat);
    EXPECT_EQ(queued_requests(*stat, "web"), 7U);
    EXPECT_EQ(queued_requests(*stat, "odd"), std::nullopt);
    EXPECT_EQ(queued_requests(*stat, "shop"), std::nullopt);
}

TEST(WaitingStatements, AreThoseBeyondTheProcessors) {
    EXPECT_EQ(waiting_statements({.running = 1}, kTwoProcessors), 0U);
    EXPECT_EQ(waiting_statements({.running = 3}, kTwoProcessors), 0U) << "one of them asks";
    EXPECT_EQ(waiting_statements({.running = 6}, kTwoProcessors), 3U);
}

TEST(WaitingStatements, AreThoseKnownToWaitWhereTheyAreMore) {
    const Statements one_locked{.running = 2, .waiting_for_row = 1};
    EXPECT_EQ(waiting_statements(one_locked, kTwoProcessors), 1U);
    const Statements both{.running = 6, .waiting_for_row = 2, .waiting_for_replica = 3};
    EXPECT_EQ(waiting_statements(both, kTwoProcessors), 5U);
    const Statements many{.running = 10, .waiting_for_row = 2};
    EXPECT_EQ(waiting_statements(many, kTwoProcessors), 7U);
}

TEST(WaitingCountTest, SaysNothingOfPartsThatAreNotHere) {
    const ReportBoard board(core::HostName("web1"), 1);
    const exporters::PoolOptions on_tcp{"www", {"", {"127.0.0.1", 9000}}, "/s", "/p"};
    WaitingCount count({}, board);
    count.look_at({on_tcp});
    EXPECT_EQ(count.now(), wire::HostWaiting{});
}

TEST(WaitingCountTest, KnowsNoNumberOfPartsThatDoNotAnswer) {
    AgentConfig config;
    config.haproxy.emplace();
    config.haproxy->socket = "/nonexistent/admin.sock";
    config.haproxy->web_backend = "web";
    config.mysql.emplace();
    config.mysql->socket = "/nonexistent/mysqld.sock";
    const ReportBoard board(core::HostName("web1"), 1);
    const exporters::PoolOptions pool{"www", {"/nonexistent/fpm.sock", {}}, "/s", "/p"};
    const wire::TierWaiting unknown;
    WaitingCount count(config, board);
    count.look_at({pool});
    EXPECT_EQ(count.now(), (wire::HostWaiting{unknown, unknown, unknown}));
}

}  // namespace
}  // namespace understudy::agent

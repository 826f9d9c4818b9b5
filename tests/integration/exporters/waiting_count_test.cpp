#include "agent/waiting_count.h"

#include <gtest/gtest.h>

#include <deque>

#include "tests/integration/exporters/web_server.h"
#include "tests/integration/haproxy/haproxy_process.h"

namespace understudy::integration {
namespace {

TEST(WaitingCountTest, CountsWhoWaitsForAProcessOfThePool) {
    PhpFpm php;
    const agent::ReportBoard board(core::HostName("web1"), 1);
    agent::WaitingCount count({}, board);
    count.look_at({php.pool()});
    EXPECT_EQ(count.now().php_fpm, wire::TierWaiting{0});
    {
        std::deque<SilentClient> clients;
        for (int i = 0; i < 4; ++i) clients.emplace_back(php.pool());
        EXPECT_TRUE(eventually([&] { return count.now().php_fpm == wire::TierWaiting{3}; }))
            << "the only process has one of them";
    }
    EXPECT_TRUE(eventually([&] { return count.now().php_fpm == wire::TierWaiting{0}; }));
    php.daemon().end();
    EXPECT_TRUE(eventually([&] { return count.now().php_fpm == wire::TierWaiting{}; }));
}

TEST(WaitingCountTest, AsksHaproxyForTheBackendOfTheWebServers) {
    FakeHost web1("web1");
    FakeHost web2("web2");
    HaproxyProcess haproxy(web1, web2);
    agent::AgentConfig config;
    config.haproxy.emplace();
    config.haproxy->socket = haproxy.options().socket;
    config.haproxy->web_backend = haproxy.options().web_backend;
    const agent::ReportBoard board(core::HostName("lb1"), 1);
    agent::WaitingCount count(config, board);
    EXPECT_EQ(count.now().load_balancer, wire::TierWaiting{0});
    haproxy.stop_running();
    EXPECT_EQ(count.now().load_balancer, wire::TierWaiting{});
    haproxy.go_on();
}

}  // namespace
}  // namespace understudy::integration

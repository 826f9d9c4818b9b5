#include "agent/reload_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace understudy::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Change = std::function<void(AgentConfig&)>;

AgentConfig whole() {
    AgentConfig config;
    config.host = core::HostName("web1");
    config.log_level = "info";
    config.mysql.emplace();
    config.nginx = NginxConfig{"nginx", "http://127.0.0.1/s", AccessLogConfig{{"127.0.0.1", 1}}};
    config.php_fpm = PhpFpmConfig{"php-fpm", {{"www", "127.0.0.1:9000", "/s", "/p"}}};
    config.haproxy.emplace();
    config.keepalived.emplace();
    return config;
}

ReloadPlan plan_of(const Change& change) {
    auto fresh = whole();
    change(fresh);
    auto plan = plan_reload(whole(), fresh);
    // What is not in force is named, and nothing else is.
    EXPECT_EQ(plan.needs_restart.empty(), plan.in_force == fresh);
    return plan;
}

TEST(ReloadPlan, OfTheSameConfigurationChangesNothing) {
    const auto plan = plan_of([](AgentConfig&) {});
    EXPECT_THAT(plan.applied, IsEmpty());
    EXPECT_THAT(plan.needs_restart, IsEmpty());
}

struct Case {
    const char* key;
    Change change;
};

TEST(ReloadPlan, PutsWhatIsObservedInForceAtOnce) {
    const Case cases[] = {
        {"log.level", [](AgentConfig& c) { c.log_level = "debug"; }},
        {"host_collectors.enabled", [](AgentConfig& c) { c.host_collectors = false; }},
        {"collectors.disabled", [](AgentConfig& c) { c.collectors["cpu"] = false; }},
        {"firewall.counters_file", [](AgentConfig& c) { c.firewall_counters_file = "/f"; }},
        {"certificates.files", [](AgentConfig& c) { c.certificate_files = {"/c"}; }},
        {"nginx.status_url", [](AgentConfig& c) { c.nginx->status_url = "http://127.0.0.1/t"; }},
        {"nginx.access_log", [](AgentConfig& c) { c.nginx->access_log->max_vhosts = 7; }},
        {"nginx.access_log", [](AgentConfig& c) { c.nginx->access_log.reset(); }},
        {"php_fpm.pools",
         [](AgentConfig& c) {
             c.php_fpm->pools.push_back({"api", "", "", ""});
         }},
        {"php_fpm.config_files", [](AgentConfig& c) { c.php_fpm->config_files = {"/p"}; }},
        {"backend_check", [](AgentConfig& c) { c.backend_check.expect_status = 204; }},
    };
    for (const auto& [key, change] : cases) {
        const auto plan = plan_of(change);
        EXPECT_THAT(plan.applied, ElementsAre(key));
        EXPECT_THAT(plan.needs_restart, IsEmpty()) << key;
        auto fresh = whole();
        change(fresh);
        EXPECT_THAT(plan_reload(plan.in_force, fresh).applied, IsEmpty()) << key;
    }
}

TEST(ReloadPlan, NamesWhatNeedsARestartAndKeepsItsOldValue) {
    const Case cases[] = {
        {"host", [](AgentConfig& c) { c.host = core::HostName("web2"); }},
        {"state_dir", [](AgentConfig& c) { c.state_dir = "/elsewhere"; }},
        {"log.format", [](AgentConfig& c) { c.log_format = "json"; }},
        {"web.listen",
         [](AgentConfig& c) {
             c.web_listen = {{"127.0.0.1", 2}};
         }},
        {"web.listen", [](AgentConfig& c) { c.web_systemd_sockets = true; }},
        {"mysql.process", [](AgentConfig& c) { c.mysql->process = "mariadbd"; }},
        {"mysql.password_file", [](AgentConfig& c) { c.mysql->password = "another"; }},
        {"mysql.hang_timeout_ms",
         [](AgentConfig& c) { c.mysql->policy.hang_timeout = core::Millis(1); }},
        {"nginx.process", [](AgentConfig& c) { c.nginx->process = "openresty"; }},
        {"php_fpm.process", [](AgentConfig& c) { c.php_fpm->process = "php-fpm8.4"; }},
        {"haproxy.server_names",
         [](AgentConfig& c) { c.haproxy->server_names["w"][core::HostName("a")] = "b"; }},
        {"keepalived.vip", [](AgentConfig& c) { c.keepalived->vip = "198.18.0.5"; }},
        {"mysql", [](AgentConfig& c) { c.mysql.reset(); }},
        {"nginx", [](AgentConfig& c) { c.nginx.reset(); }},
        {"haproxy", [](AgentConfig& c) { c.haproxy.reset(); }},
    };
    for (const auto& [key, change] : cases) {
        const auto plan = plan_of(change);
        EXPECT_THAT(plan.needs_restart, ElementsAre(key));
        EXPECT_THAT(plan.applied, IsEmpty()) << key;
    }
    const auto listens = plan_of([](AgentConfig& c) { c.mysql->socket = "/s"; });
    EXPECT_EQ(listens.in_force.mysql->socket, "");
}

TEST(ReloadPlan, OfASectionThatComesTakesNothingBeforeTheRestart) {
    auto running = whole();
    running.php_fpm.reset();
    const auto plan = plan_reload(running, whole());
    EXPECT_THAT(plan.applied, IsEmpty());
    EXPECT_THAT(plan.needs_restart, ElementsAre("php_fpm"));
    EXPECT_FALSE(plan.in_force.php_fpm);
}

TEST(ReloadPlan, PutsTheOneInForceAndNamesTheOtherWhereBothChange) {
    const auto plan = plan_of([](AgentConfig& c) {
        c.nginx->status_url = "http://127.0.0.1/t";
        c.nginx->process = "openresty";
        c.mysql->user = "a";
        c.mysql->socket = "/s";
    });
    EXPECT_THAT(plan.applied, ElementsAre("nginx.status_url"));
    EXPECT_THAT(plan.needs_restart, ElementsAre("mysql.socket", "mysql.user", "nginx.process"));
    EXPECT_EQ(plan.in_force.nginx->status_url, "http://127.0.0.1/t");
    EXPECT_EQ(plan.in_force.nginx->process, "nginx");
}

}  // namespace
}  // namespace understudy::agent

#include "controller/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/http/test_certificates.h"

namespace understudy::controller {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Config : public testing::Test {
  protected:
    core::Result<ControllerConfig> load(const std::string& cluster, const std::string& rest = "") {
        const auto tls = authority_.issue("ctl1");
        const std::string file = (authority_.directory() / "controller.yaml").string();
        std::ofstream(file) << "state_dir: /var/lib/understudy\n"
                            << "web: {listen: \"0.0.0.0:9710\"}\n"
                            << "api:\n  listen: \"0.0.0.0:9711\"\n"
                            << "  tls: {ca: " << tls.ca << ", cert: " << tls.cert
                            << ", key: " << tls.key << "}\n"
                            << "  allowed_names: [operator]\n"
                            << "cluster:\n"
                            << cluster << rest;
        return load_config(file);
    }
    std::string complaint(const std::string& cluster, const std::string& rest = "") {
        const auto config = load(cluster, rest);
        return config ? "" : config.error().detail;
    }

    adapters::TestAuthority authority_;
    const std::string good_ =
        "  name: main\n"
        "  hosts:\n"
        "    - {name: web1, agent: \"198.18.0.21:9701\", mysql: \"198.18.0.21:3306\"}\n"
        "    - {name: web2, agent: \"198.18.0.22:9701\", mysql: \"198.18.0.22:3306\", priority: "
        "0}\n"
        "  load_balancers:\n"
        "    - {name: lb1, agent: \"198.18.0.11:9701\"}\n"
        "  web_backends: [web1, web2]\n";
};

TEST_F(Config, IsReadWithItsDefaults) {
    const auto config = load(good_);
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->topology.cluster, "main");
    EXPECT_EQ(config->topology.databases[0].priority, 100);
    EXPECT_EQ(config->topology.databases[1].priority, 0);
    EXPECT_EQ(config->topology.databases[1].address, (core::Address{"198.18.0.22", 3306}));
    EXPECT_EQ(config->agents.at(core::HostName("lb1")), (core::Address{"198.18.0.11", 9701}));
    EXPECT_EQ(config->sqlite_file, "/var/lib/understudy/controller.db");
    EXPECT_EQ(config->policy.host_timeout.count(), 1000);
    EXPECT_TRUE(config->policy.automatic_failover);
    EXPECT_EQ(config->log.format, "text");
}

TEST_F(Config, RefusesMoreAcknowledgementsThanThereAreOtherHosts) {
    const auto why = complaint(good_ + "  policy: {acknowledgements: 2}\n");
    EXPECT_NE(why.find("acknowledgements is 2, but there are only 1 other hosts"),
              std::string::npos)
        << why;
}

TEST_F(Config, PolicyPrioritiesAndSitesMayDifferWithoutARestart) {
    const auto running = *load(good_);
    auto fresh = running;
    fresh.policy.automatic_failover = false;
    fresh.topology.databases[1].priority = 7;
    fresh.topology.databases[0].site = "north";
    EXPECT_THAT(needs_restart(running, fresh), IsEmpty());
    fresh.topology.databases[1].address.port = 3307;
    EXPECT_THAT(needs_restart(running, fresh), ElementsAre("cluster.hosts"));
    fresh.log.level = "debug";
    fresh.agents.begin()->second.port = 1;
    EXPECT_THAT(needs_restart(running, fresh),
                ElementsAre("log", "cluster.hosts", "agents of the cluster"));
}

TEST_F(Config, ReadsThePolicy) {
    const auto config = load(good_ +
                             "  policy: {failover: manual, host_timeout_ms: 300, "
                             "failovers_per_window: 1, failover_window_s: 5}\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_FALSE(config->policy.automatic_failover);
    EXPECT_EQ(config->policy.host_timeout.count(), 300);
    EXPECT_EQ(config->policy.failover_window.count(), 5);
}

TEST_F(Config, RefusesWhatContradictsItself) {
    const std::string again =
        "  name: main\n"
        "  hosts:\n"
        "    - {name: web1, agent: \"198.18.0.21:9701\", mysql: \"198.18.0.21:3306\"}\n"
        "    - {name: web1, agent: \"198.18.0.22:9701\", mysql: \"198.18.0.22:3306\"}\n";
    EXPECT_NE(complaint(again).find("web1 is listed twice"), std::string::npos);
    EXPECT_NE(complaint(good_ + "  policy: {failover: sometimes}\n").find("automatic, manual"),
              std::string::npos);
    std::string stranger = good_;
    stranger.replace(stranger.find("[web1, web2]"), 12, "[web1, web9]");
    EXPECT_NE(complaint(stranger).find("web9 is not among"), std::string::npos);
}

TEST_F(Config, ReadsWebhooks) {
    const auto config =
        load(good_, "webhooks:\n  - {name: ops, url: \"http://198.18.0.31:9720/hook/c?x=1\"}\n");
    ASSERT_TRUE(config) << config.error().detail;
    ASSERT_EQ(config->webhooks.size(), 1U);
    EXPECT_EQ(config->webhooks[0].server, (core::Address{"198.18.0.31", 9720}));
    EXPECT_EQ(config->webhooks[0].target, "/hook/c?x=1");
    EXPECT_FALSE(config->webhooks[0].https);
    EXPECT_NE(complaint(good_, "webhooks: [{name: ops, url: \"ftp://x\"}]\n").find("ftp://x"),
              std::string::npos);
}

TEST_F(Config, ServesNoPageUnlessItIsAskedFor) { EXPECT_FALSE(load(good_)->page); }

TEST_F(Config, OpensThePageToThisMachineUnlessOthersAreNamed) {
    const auto config = load(good_, "page: {listen: \"127.0.0.1:9712\"}\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->page->listen, (core::Address{"127.0.0.1", 9712}));
    EXPECT_EQ(config->page->clients, (std::vector<std::string>{"127.0.0.1", "::1"}));
    EXPECT_EQ(
        load(good_, "page: {listen: \"0.0.0.0:9712\", clients: [198.18.0.1]}\n")->page->clients,
        std::vector<std::string>{"198.18.0.1"});
    EXPECT_NE(complaint(good_, "page: {listen: \"0.0.0.0:9712\", clients: [office]}\n")
                  .find("\"office\" is no IP address"),
              std::string::npos);
}

TEST_F(Config, SaysWherePrometheusIsToldWhatToScrape) {
    EXPECT_FALSE(load(good_)->prometheus);
    const auto config = load(good_, "prometheus: {targets_file: /srv/targets/agents.json}\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->prometheus->file, "/srv/targets/agents.json");
    EXPECT_EQ(config->prometheus->agent_port, 9700);
    EXPECT_NE(complaint(good_, "prometheus: {targets_file: agents.json}\n")
                  .find("\"agents.json\" is no absolute path"),
              std::string::npos);
    EXPECT_NE(complaint(good_, "prometheus: {agent_port: 9700}\n").find("targets_file"),
              std::string::npos);
}

TEST(WebhookUrl, HasDefaultPortsAndPath) {
    EXPECT_EQ(parse_webhook("a", "https://hooks.example.org")->server.port, 443);
    EXPECT_EQ(parse_webhook("a", "https://hooks.example.org")->target, "/");
    EXPECT_TRUE(parse_webhook("a", "https://hooks.example.org/x")->https);
    EXPECT_EQ(parse_webhook("a", "http://h/x")->server.port, 80);
}

TEST(WebhookUrl, RefusesWhatIsNone) {
    for (const char* url : {"", "h:80/x", "http://", "http://:80/", "http://h:0/", "http://h:x/",
                            "http://h:99999/", "http://user@h/"}) {
        EXPECT_FALSE(parse_webhook("a", url)) << url;
    }
}

}  // namespace
}  // namespace understudy::controller

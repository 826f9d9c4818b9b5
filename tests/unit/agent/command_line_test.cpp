#include "agent/command_line.h"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

ParsedCommandLine parsed(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), {"understudy-agent", "--config", "agent.yaml"});
    return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(AgentCommandLine, TakesTheExportersFlags) {
    const auto [command, end] =
        parsed({"--web.listen-address=:9100", "--web.listen-address", "[::1]:9101",
                "--no-collector.netclass", "--collector.php_fpm/www", "--log.level=debug"});
    EXPECT_FALSE(end);
    AgentConfig config;
    config.web_listen = {{"198.18.0.21", 9700}};
    config.collectors = {{"php_fpm/www", false}, {"arp", false}};
    config.log_format = "json";
    ASSERT_TRUE(apply(command, config));
    EXPECT_EQ(config.web_listen, (std::vector<core::Address>{{"0.0.0.0", 9100}, {"::1", 9101}}));
    const std::map<std::string, bool> wanted{
        {"arp", false}, {"netclass", false}, {"php_fpm/www", true}};
    EXPECT_EQ(config.collectors, wanted);
    EXPECT_EQ(config.log_level, "debug");
    EXPECT_EQ(config.log_format, "json");
}

TEST(AgentCommandLine, TakesAWebConfigurationFileAndSystemdsSockets) {
    const auto [command, end] = parsed({"--web.config.file=web.yml", "--web.systemd-socket"});
    EXPECT_FALSE(end);
    AgentConfig config;
    ASSERT_TRUE(apply(command, config));
    EXPECT_EQ(config.web_config_file, "web.yml");
    EXPECT_TRUE(config.web_systemd_sockets);
}

TEST(AgentCommandLine, KeepsTheConfigurationWhereItSaysNothing) {
    const auto [command, end] = parsed({});
    EXPECT_FALSE(end);
    AgentConfig config;
    config.web_listen = {{"198.18.0.21", 9700}};
    config.log_level = "warn";
    ASSERT_TRUE(apply(command, config));
    EXPECT_EQ(config.web_listen.front().port, 9700);
    EXPECT_EQ(config.log_level, "warn");
}

TEST(AgentCommandLine, CollectsOnceWithFlagsOnEitherSide) {
    const auto [command, end] = parsed({"collect", "--once", "--no-collector.cpu"});
    EXPECT_FALSE(end);
    EXPECT_TRUE(command.collect_once);
    EXPECT_EQ(command.collectors.at("cpu"), false);
}

TEST(AgentCommandLine, RefusesWhatItDoesNotKnow) {
    for (const char* flag : {"--colector.cpu", "--collector.", "--no-collector.", "stray",
                             "--log.level=loud", "collect"}) {
        EXPECT_EQ(parsed({flag}).end_with, 2) << flag;
    }
}

TEST(ListenAddress, NamesWhatIsNoAddress) {
    for (const char* text : {"", ":", "9100", "web1:", "web1:0", "web1:65536", "::1:9100", "[::1]",
                             "[]:9100", "web1:91x"}) {
        const auto address = listen_address(text);
        ASSERT_FALSE(address) << text;
        EXPECT_NE(address.error().detail.find("\"" + std::string(text) + "\""), std::string::npos);
    }
}

}  // namespace
}  // namespace understudy::agent

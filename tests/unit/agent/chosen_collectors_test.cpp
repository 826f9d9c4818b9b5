#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/clock/system_clock.h"
#include "agent/metrics.h"

namespace understudy::agent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class ChosenCollectors : public testing::Test {
  protected:
    ChosenCollectors() {
        config_.php_fpm = {
            {"php-fpm"},
            {{"www", "127.0.0.1:9000", "/s", "/p"}, {"api", "127.0.0.1:9001", "/s", "/p"}}};
    }
    std::vector<std::string> names() {
        const auto chosen = chosen_collectors(config_, clock_);
        EXPECT_TRUE(chosen) << chosen.error().detail;
        std::vector<std::string> names;
        for (const auto& collector : *chosen) names.push_back(collector.name);
        return names;
    }

    AgentConfig config_;
    adapters::SystemClock clock_;
};

TEST_F(ChosenCollectors, AreAllButThoseSwitchedOff) {
    config_.collectors = {{"netclass", false}, {"cpu", true}};
    EXPECT_THAT(names(), Not(Contains("netclass")));
    EXPECT_THAT(names(), Contains("cpu"));
    EXPECT_THAT(names(), Contains("php_fpm/www"));
}

TEST_F(ChosenCollectors, OfPoolsAreChosenTogetherOrOneByOne) {
    config_.collectors = {{"php_fpm", false}, {"php_fpm/api", true}};
    EXPECT_THAT(names(), Not(Contains("php_fpm/www")));
    EXPECT_THAT(names(), Contains("php_fpm/api"));
}

TEST_F(ChosenCollectors, OfAServiceThatIsNotHereMayBeSwitchedOffButNotOn) {
    config_.collectors = {{"haproxy", false}};
    EXPECT_THAT(names(), Contains("cpu"));
    config_.collectors = {{"haproxy", true}};
    EXPECT_FALSE(chosen_collectors(config_, clock_));
}

TEST_F(ChosenCollectors, MayNameTheAccessLogWhereOneIsConfigured) {
    config_.collectors = {{"nginx_access_log", true}};
    EXPECT_FALSE(chosen_collectors(config_, clock_));
    config_.nginx = NginxConfig{"nginx", "http://127.0.0.1/", AccessLogConfig{{"127.0.0.1", 9702}}};
    EXPECT_TRUE(chosen_collectors(config_, clock_));
    EXPECT_TRUE(is_on(config_, "nginx_access_log"));
    config_.collectors = {{"nginx_access_log", false}};
    EXPECT_TRUE(chosen_collectors(config_, clock_));
    EXPECT_FALSE(is_on(config_, "nginx_access_log"));
}

TEST_F(ChosenCollectors, HaveTheSameSettingsForTheSameKeysAlone) {
    const auto settings = [this](const std::string& name) {
        const auto chosen = chosen_collectors(config_, clock_);
        for (const auto& collector : *chosen) {
            if (collector.name == name) return collector.settings;
        }
        return std::string("none of this name");
    };
    const auto www = settings("php_fpm/www");
    const auto limits = settings("php_fpm_limits/www");
    EXPECT_EQ(settings("php_fpm/www"), www);
    config_.php_fpm->pools[0].address = "127.0.0.1:9002";
    EXPECT_NE(settings("php_fpm/www"), www);
    config_.php_fpm->pools[0].address = "127.0.0.1:9000";
    config_.php_fpm->config_files = {"/p"};
    EXPECT_EQ(settings("php_fpm/www"), www);
    EXPECT_NE(settings("php_fpm_limits/www"), limits);
    const auto certificates = settings("certificates");
    config_.certificate_files = {"/c"};
    EXPECT_NE(settings("certificates"), certificates);
}

TEST_F(ChosenCollectors, OfAConfigurationFoundGoodBeforeMayNameWhatIsNotHere) {
    config_.collectors = {{"php_fpm/www", false}};
    config_.php_fpm.reset();
    EXPECT_FALSE(chosen_collectors(config_, clock_));
    EXPECT_TRUE(collectors_here(config_, clock_));
}

TEST_F(ChosenCollectors, MustExist) {
    config_.collectors = {{"cpus", false}};
    const auto chosen = chosen_collectors(config_, clock_);
    ASSERT_FALSE(chosen);
    EXPECT_THAT(chosen.error().detail, HasSubstr("no collector \"cpus\" here; there are: cpu, "));
}

}  // namespace
}  // namespace understudy::agent

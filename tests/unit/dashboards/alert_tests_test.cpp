// Every alert has a test (promtool test rules) in which it is quiet, fires and resolves.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace understudy::dashboards {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_in(const std::string& folder, const std::string& ending) {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().string().ends_with(ending)) files.push_back(entry.path().string());
    }
    return files;
}

std::set<std::string> alerts() {
    std::set<std::string> names;
    for (const auto& file : files_in("dashboards/prometheus/rules", ".yml")) {
        for (const auto& group : YAML::LoadFile(file)["groups"]) {
            for (const auto& rule : group["rules"]) {
                if (rule["alert"]) names.insert(rule["alert"].as<std::string>());
            }
        }
    }
    return names;
}

// "1h30m", as Prometheus writes durations.
long seconds(const std::string& duration) {
    const std::map<char, long> units{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    const std::regex part("([0-9]+)([smhd])");
    long sum = 0;
    for (std::sregex_iterator it(duration.begin(), duration.end(), part), end; it != end; ++it) {
        sum += std::stol((*it)[1]) * units.at((*it)[2].str().front());
    }
    return sum;
}

// Of one alert in one test: when it is looked at, and whether it fires then.
using Looks = std::vector<std::pair<long, bool>>;

std::map<std::string, Looks> looks_of(const YAML::Node& test) {
    std::map<std::string, Looks> looks;
    for (const auto& look : test["alert_rule_test"]) {
        const auto& expected = look["exp_alerts"];
        looks[look["alertname"].as<std::string>()].emplace_back(
            seconds(look["eval_time"].as<std::string>()), expected && expected.size() > 0);
    }
    for (auto& [alert, of_it] : looks) std::sort(of_it.begin(), of_it.end());
    return looks;
}

bool fires(const std::pair<long, bool>& look) { return look.second; }

bool resolves(const Looks& looks) {
    const auto first = std::find_if(looks.begin(), looks.end(), fires);
    return !std::all_of(first, looks.end(), fires);
}

TEST(EveryAlert, IsQuietFiresAndResolvesInItsTests) {
    const auto all = alerts();
    ASSERT_GT(all.size(), 50U);
    auto never_quiet = all;
    auto never_fires = all;
    auto never_resolves = all;
    for (const auto& file : files_in("dashboards/prometheus", "_test.yml")) {
        for (const auto& test : YAML::LoadFile(file)["tests"]) {
            for (const auto& [alert, looks] : looks_of(test)) {
                EXPECT_TRUE(all.contains(alert)) << file << ": no rule has the alert " << alert;
                if (!looks.front().second) never_quiet.erase(alert);
                if (std::any_of(looks.begin(), looks.end(), fires)) never_fires.erase(alert);
                if (resolves(looks)) never_resolves.erase(alert);
            }
        }
    }
    EXPECT_EQ(never_quiet, std::set<std::string>{});
    EXPECT_EQ(never_fires, std::set<std::string>{});
    EXPECT_EQ(never_resolves, std::set<std::string>{});
}

}  // namespace
}  // namespace understudy::dashboards

#include "controller/scrape_targets.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/unit/exporters/folder.h"

namespace understudy::controller {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

core::Topology site() {
    core::Topology topology;
    topology.agents = {{core::HostName("web1"), {"198.18.0.21", 9701}},
                       {core::HostName("db3"), {"198.18.0.23", 9701}},
                       {core::HostName("lb1"), {"2001:db8::11", 9701}}};
    topology.load_balancers = {core::HostName("lb1")};
    topology.web_backends = {core::HostName("web1")};
    return topology;
}

json text_in(const fs::path& file) {
    std::ifstream stream(file);
    return json::parse(stream);
}

class ScrapeTargets : public testing::Test {
  protected:
    ScrapeTargets() { config_.file = folder_ / "agents.json"; }

    exporters::Folder own_;
    fs::path folder_{own_.path()};
    ScrapeTargetsConfig config_;
};

TEST_F(ScrapeTargets, AreTheMetricsPagesOfAllAgentsWithTheirNamesAndKinds) {
    ASSERT_TRUE(write_scrape_targets(site(), config_));
    const auto expected = json::parse(R"([
      {"targets": ["198.18.0.23:9700"], "labels": {"instance": "db3", "kind": "database"}},
      {"targets": ["[2001:db8::11]:9700"], "labels": {"instance": "lb1", "kind": "load_balancer"}},
      {"targets": ["198.18.0.21:9700"], "labels": {"instance": "web1", "kind": "web"}}])");
    EXPECT_EQ(text_in(config_.file), expected);
}

TEST_F(ScrapeTargets, AreReplacedWholeAndReadableByPrometheus) {
    ASSERT_TRUE(write_scrape_targets(site(), config_));
    auto smaller = site();
    smaller.agents.erase(core::HostName("db3"));
    config_.agent_port = 19700;
    ASSERT_TRUE(write_scrape_targets(smaller, config_));
    EXPECT_EQ(text_in(config_.file).size(), 2U);
    EXPECT_EQ(text_in(config_.file)[1]["targets"][0], "198.18.0.21:19700");
    const auto mode = fs::status(config_.file).permissions();
    EXPECT_EQ(mode & fs::perms::others_read, fs::perms::others_read);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(ScrapeTargets, NameTheFolderThatIsNotThere) {
    config_.file = folder_ / "away" / "agents.json";
    const auto written = write_scrape_targets(site(), config_);
    ASSERT_FALSE(written);
    EXPECT_NE(describe(written.error()).find("away/agents.json"), std::string::npos);
}

}  // namespace
}  // namespace understudy::controller

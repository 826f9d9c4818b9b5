#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tools/dashboards/render.h"

namespace understudy::dashboards {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string text_in(const fs::path& file) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::map<std::string, std::string> texts_in(const std::string& folder, const char* extension) {
    std::map<std::string, std::string> texts;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != extension) continue;
        texts[entry.path().stem().string()] = text_in(entry.path());
    }
    return texts;
}

std::map<std::string, Json> made() {
    std::map<std::string, Json> boards;
    for (const auto& [name, text] : texts_in("dashboards/grafana/dashboards", ".json")) {
        boards[name] = Json::parse(text);
    }
    return boards;
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
    const std::regex regex(pattern);
    std::set<std::string> all;
    for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
        all.insert((*at)[1]);
    }
    return all;
}

struct Box {
    explicit Box(const Json& at) : x(at["x"]), y(at["y"]), w(at["w"]), h(at["h"]) {}
    [[nodiscard]] bool overlaps(const Box& other) const {
        return x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h;
    }
    int x, y, w, h;
};

TEST(MadeDashboards, AreWhatTheirSourcesMake) {
    const auto boards = texts_in("dashboards/grafana/dashboards", ".json");
    const auto sources = texts_in("dashboards/grafana/source", ".yml");
    EXPECT_GE(sources.size(), 8U);
    EXPECT_EQ(sources.size(), boards.size());
    for (const auto& [name, ignored] : sources) {
        const auto source = read_source("dashboards/grafana/source/" + name + ".yml");
        ASSERT_TRUE(source) << source.error().detail;
        ASSERT_TRUE(boards.contains(name)) << name;
        // Not EXPECT_EQ: its difference of two long texts takes minutes.
        EXPECT_TRUE(boards.at(name) == text_of(rendered(*source)))
            << name << ".json is not what its source makes: run understudy-dashboards";
    }
}

TEST(MadeDashboards, HaveUniqueIdsAndPanelsThatDoNotOverlap) {
    std::set<std::string> uids;
    for (const auto& [name, board] : made()) {
        EXPECT_TRUE(uids.insert(board["uid"]).second) << name;
        std::set<int> ids;
        std::vector<Box> boxes;
        for (const auto& panel : board["panels"]) {
            EXPECT_TRUE(ids.insert(panel["id"].get<int>()).second) << name << panel["id"];
            const Box box(panel["gridPos"]);
            EXPECT_LE(box.x + box.w, 24) << name << ": " << panel["title"];
            for (const auto& other : boxes) {
                EXPECT_FALSE(box.overlaps(other)) << name << ": " << panel["title"];
            }
            boxes.push_back(box);
        }
    }
}

TEST(MadeDashboards, SayWhatEachPanelShowsAndInWhichUnit) {
    for (const auto& [name, board] : made()) {
        EXPECT_NE(board["description"], "") << name;
        for (const auto& panel : board["panels"]) {
            if (panel["type"] == "row") continue;
            EXPECT_TRUE(panel["description"].get<std::string>().ends_with("."))
                << name << ": " << panel["title"];
            EXPECT_NE(panel["fieldConfig"]["defaults"]["unit"], "") << name << panel["title"];
            EXPECT_FALSE(panel["targets"].empty()) << name << ": " << panel["title"];
            EXPECT_EQ(panel["datasource"]["uid"], "${datasource}") << name << panel["title"];
        }
    }
}

TEST(MadeDashboards, UseNoVariableThatIsNotTheirs) {
    const std::set<std::string> grafanas{"__rate_interval", "__range"};
    for (const auto& [name, board] : made()) {
        std::set<std::string> own;
        for (const auto& variable : board["templating"]["list"]) own.insert(variable["name"]);
        std::set<std::string> used{"datasource"};
        for (const auto& panel : board["panels"]) {
            for (const auto& target : panel.value("targets", Json::array())) {
                const std::string expr = target["expr"];
                used.merge(matches(expr, R"(\$\{?(\w+))"));
            }
        }
        for (const auto& variable : grafanas) used.erase(variable);
        EXPECT_THAT(used, testing::ElementsAreArray(own)) << name;
    }
}

TEST(MadeDashboards, LeadOnlyWhereThereIsADashboardThatAsksForAnInstance) {
    const auto boards = made();
    std::map<std::string, std::string> by_uid;
    for (const auto& [name, board] : boards) by_uid[board["uid"]] = board["templating"].dump();
    std::size_t links = 0;
    for (const auto& [name, board] : boards) {
        for (const auto& uid : matches(board["panels"].dump(), R"(/d/([\w-]+)\?var-instance)")) {
            ++links;
            ASSERT_TRUE(by_uid.contains(uid)) << name << " leads to " << uid;
            EXPECT_THAT(by_uid.at(uid), testing::HasSubstr(R"("name":"instance")")) << uid;
        }
    }
    EXPECT_GT(links, 0U);
}

}  // namespace
}  // namespace understudy::dashboards

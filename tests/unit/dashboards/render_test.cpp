#include "tools/dashboards/render.h"

#include <gtest/gtest.h>

namespace understudy::dashboards {
namespace {

Panel panel(const std::string& title, int width, int height) {
    Panel one;
    one.title = title;
    one.kind = "timeseries";
    one.width = width;
    one.height = height;
    one.queries = {{"up", ""}};
    return one;
}

std::string place(const nlohmann::ordered_json& board, std::size_t index) {
    return board["panels"].at(index)["gridPos"].dump();
}

TEST(RenderedDashboard, HasItsPanelsInLinesAsHighAsTheirHighest) {
    Dashboard board{"b", "B", "", {}, {}};
    board.rows.push_back({"one", {panel("a", 12, 4), panel("b", 12, 6), panel("c", 8, 5)}});
    board.rows.push_back({"two", {panel("d", 24, 3)}});
    const auto json = rendered(board);
    EXPECT_EQ(place(json, 0), R"({"x":0,"y":0,"w":24,"h":1})");
    EXPECT_EQ(place(json, 1), R"({"x":0,"y":1,"w":12,"h":4})");
    EXPECT_EQ(place(json, 2), R"({"x":12,"y":1,"w":12,"h":6})");
    EXPECT_EQ(place(json, 3), R"({"x":0,"y":7,"w":8,"h":5})");
    EXPECT_EQ(place(json, 4), R"({"x":0,"y":12,"w":24,"h":1})");
    EXPECT_EQ(place(json, 5), R"({"x":0,"y":13,"w":24,"h":3})");
}

TEST(RenderedDashboard, AsksForOneValueWhereOneIsShownAndOverTimeForAGraph) {
    auto one = panel("a", 8, 8);
    one.kind = "stat";
    const auto json = rendered({"b", "B", "", {}, {{"r", {one, panel("b", 8, 8)}}}});
    EXPECT_TRUE(json["panels"][1]["targets"][0]["instant"]);
    EXPECT_TRUE(json["panels"][2]["targets"][0]["range"]);
}

TEST(RenderedDashboard, OffersTheValuesOfALabelAndAllOfThem) {
    const auto json = rendered({"b", "B", "", {{"instance", "Host", "up", "instance"}}, {}});
    const auto& list = json["templating"]["list"];
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[1]["query"]["query"], "label_values(up, instance)");
    EXPECT_TRUE(list[1]["includeAll"]);
}

TEST(RenderedDashboard, HasListsWhereGrafanaWantsLists) {
    auto one = panel("a", 8, 8);
    one.words = "up";
    one.leads_to = "host";
    one.leads_by = "instance";
    const auto json = rendered({"b", "B", "", {}, {{"r", {one}}}});
    EXPECT_TRUE(json["links"].is_array());
    EXPECT_TRUE(json["annotations"]["list"].is_array());
    const auto& defaults = json["panels"][1]["fieldConfig"]["defaults"];
    ASSERT_TRUE(defaults["mappings"].is_array());
    EXPECT_EQ(defaults["mappings"][0]["options"]["0"]["text"], "down");
    ASSERT_TRUE(defaults["links"].is_array());
    EXPECT_EQ(defaults["links"][0]["url"],
              "/d/understudy-host?var-instance=${__field.labels.instance}&${__url_time_range}");
}

}  // namespace
}  // namespace understudy::dashboards

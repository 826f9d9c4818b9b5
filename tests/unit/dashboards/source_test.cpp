#include "tools/dashboards/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace understudy::dashboards {
namespace {

using testing::HasSubstr;

// A source with this one panel, beside the title, description and queries that each must have.
core::Result<Dashboard> with_panel(const std::string& lines) {
    const auto file = testing::TempDir() + "understudy-one-panel.yml";
    std::ofstream(file) << "title: T\ndescription: D.\nrows:\n  - title: R\n    panels:\n"
                           "      - title: P\n        description: D.\n"
                           "        queries: [{expr: up}]\n"
                        << lines;
    return read_source(file);
}

std::string mistake(const std::string& lines) {
    const auto read = with_panel(lines);
    return read ? "" : read.error().detail;
}

TEST(DashboardSource, IsNamedByItsFile) {
    const auto board = with_panel("");
    ASSERT_TRUE(board) << board.error().detail;
    EXPECT_EQ(board->name, "understudy-one-panel");
    EXPECT_EQ(board->rows.at(0).panels.at(0).kind, "timeseries");
}

TEST(DashboardSource, ReadsThresholdsFromTheLowestColourUp) {
    const auto board = with_panel("        thresholds: [green, red 0.9]\n        min: 0\n");
    ASSERT_TRUE(board) << board.error().detail;
    const auto& panel = board->rows.at(0).panels.at(0);
    ASSERT_EQ(panel.thresholds.size(), 2U);
    EXPECT_EQ(panel.thresholds[0].at, std::nullopt);
    EXPECT_EQ(panel.thresholds[1].at, 0.9);
    EXPECT_EQ(panel.least, 0);
}

TEST(DashboardSource, NamesFileLineAndRemedyOfAMistake) {
    EXPECT_THAT(mistake("        unit: percent\n"), HasSubstr("understudy-one-panel.yml:9: "));
    EXPECT_THAT(mistake("        unit: percent\n"), HasSubstr("percentunit"));
    EXPECT_THAT(mistake("        thresholds: [red 1]\n"), HasSubstr("the first, and only that"));
    EXPECT_THAT(mistake("        thresholds: [mauve]\n"), HasSubstr("write a colour"));
    EXPECT_THAT(mistake("        max: much\n"), HasSubstr("is no number"));
    EXPECT_THAT(mistake("        kind: table\n"), HasSubstr("a table has some"));
    EXPECT_THAT(mistake("        colums: [a]\n"), HasSubstr("columns"));
}

}  // namespace
}  // namespace understudy::dashboards

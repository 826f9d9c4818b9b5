#include "adapters/mysql/table.h"

#include <gtest/gtest.h>

#include "adapters/mysql/mysql_heartbeat.h"

namespace understudy::adapters {
namespace {

Table status() {
    return {{"Name", "Value"}, {{"Threads", "7"}, {"State", "ON"}, {"Nothing", std::nullopt}}};
}

TEST(Table, GivesCellsByRowAndColumn) {
    EXPECT_EQ(status().text(1, "Value"), "ON");
    EXPECT_FALSE(status().text(2, "Value"));
    EXPECT_FALSE(status().text(3, "Value"));
    EXPECT_FALSE(status().text(0, "value"));
}

TEST(Table, TakesOnlyWholeNumbers) {
    const Table table{{"n"}, {{"12"}, {"-3"}, {"12x"}, {""}, {"99999999999999999999"}}};
    EXPECT_EQ(table.number(0, "n"), 12);
    EXPECT_EQ(table.number(1, "n"), -3);
    for (std::size_t row = 2; row < 6; ++row) EXPECT_FALSE(table.number(row, "n")) << row;
}

TEST(Table, KnowsTheSpellingsOfOn) {
    const Table table{{"v"}, {{"1"}, {"ON"}, {"Yes"}, {"0"}, {"OFF"}, {std::nullopt}}};
    for (std::size_t row = 0; row < 3; ++row) EXPECT_TRUE(table.is_on(row, "v")) << row;
    for (std::size_t row = 3; row < 7; ++row) EXPECT_FALSE(table.is_on(row, "v")) << row;
}

TEST(Table, BecomesAMapWithoutNulls) {
    const std::map<std::string, std::string> expected{{"Threads", "7"}, {"State", "ON"}};
    EXPECT_EQ(status().as_map(), expected);
    const std::map<std::string, std::string> row{{"Name", "Nothing"}};
    EXPECT_EQ(status().row_as_map(2), row);
    EXPECT_TRUE(status().row_as_map(9).empty());
}

TEST(Heartbeat, IsWrittenInUtcToTheMicrosecond) {
    EXPECT_EQ(heartbeat_text(core::WallTime(std::chrono::microseconds(1769903999000001))),
              "2026-01-31T23:59:59.000001");
    EXPECT_EQ(heartbeat_text(core::WallTime()), "1970-01-01T00:00:00.000000");
}

}  // namespace
}  // namespace understudy::adapters

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/bench/dashboards/expected_empty.h"
#include "tests/bench/dashboards/prometheus.h"
#include "tests/bench/dashboards/report.h"

namespace understudy::bench {
namespace {

constexpr const char* kBoard = R"json({
  "uid": "u", "annotations": {"list": [{"name": "Failovers", "expr": "f > 0"}]},
  "templating": {"list": [{"type": "datasource", "name": "datasource"},
    {"type": "query", "name": "instance", "query": {"query": "label_values(up{job=\"a\"}, instance)"}}]},
  "panels": [{"type": "row", "title": "R"},
    {"title": "P", "targets": [{"legendFormat": "l", "expr": "up{instance=~\"$instance\"}", "range": true}]}]})json";

Boards board() {
    Boards boards;
    add_board(nlohmann::json::parse(kBoard), boards);
    return boards;
}

TEST(BoardQueries, AreThoseOfPanelsAndAnnotations) {
    auto boards = board();
    ASSERT_EQ(boards.queries.size(), 2U);
    EXPECT_EQ(boards.queries[0].dashboard, "u");
    EXPECT_EQ(boards.queries[0].panel, "P");
    EXPECT_TRUE(boards.queries[0].over_time);
    EXPECT_EQ(boards.queries[1].panel, "Failovers");
    ASSERT_EQ(boards.variables.size(), 1U);
    EXPECT_EQ(boards.variables[0].metric, "up{job=\"a\"}");
    EXPECT_EQ(boards.variables[0].label, "instance");
    add_board(nlohmann::json::parse(kBoard), boards);  // asks for the same annotation
    EXPECT_EQ(boards.queries.size(), 3U);
}

TEST(BoardQueries, GetTheValuesOfTheirVariables) {
    EXPECT_EQ(replaced("rate(a{b=~\"$in\"}[$inside])", {{"in", "x"}, {"inside", "20s"}}),
              "rate(a{b=~\"x\"}[20s])");
}

TEST(PrometheusAnswer, IsOneOnlyWithANumber) {
    const auto answer = [](const std::string& type, const std::string& result) {
        return has_number(R"({"status":"success","data":{"resultType":")" + type +
                          R"(","result":)" + result + "}}");
    };
    EXPECT_EQ(answer("vector", "[]"), false);
    EXPECT_EQ(answer("vector", R"([{"value":[1,"NaN"]}])"), false);
    EXPECT_EQ(answer("vector", R"([{"value":[1,"NaN"]},{"value":[1,"0"]}])"), true);
    EXPECT_EQ(answer("matrix", R"([{"values":[[1,"NaN"],[2,"3"]]}])"), true);
    EXPECT_EQ(answer("scalar", R"([1,"2"])"), true);
}

TEST(PrometheusAnswer, SaysWhatIsWrongWithAQuery) {
    const auto refused = has_number(R"({"status":"error","error":"parse error"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "parse error");
    EXPECT_FALSE(has_number("<html>"));
    EXPECT_FALSE(has_number(R"({"status":"success","data":{}})"));
}

TEST(ExpectedEmpty, NamesAQueryThatIsThereAndGivesAReason) {
    const auto file = testing::TempDir() + "understudy-expected.yml";
    const auto read = [&](const std::string& entry) {
        std::ofstream(file) << "expected_empty:\n  - {" << entry << "}\n";
        return read_expected_empty(file, board());
    };
    const auto right = read("dashboard: u, panel: P, reason: because");
    ASSERT_TRUE(right);
    EXPECT_TRUE(right->at(0).covers(board().queries[0]));
    EXPECT_FALSE(right->at(0).covers(board().queries[1]));
    const auto wrong = read("dashboard: u, panel: Q, reason: because");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().detail.find("has a panel \"Q\""), std::string::npos);
    EXPECT_FALSE(read("dashboard: u, panel: P"));
}

TEST(DashboardsReport, PromisesThatNothingUnexpectedIsEmpty) {
    const BoardQuery query{"u", "P", "", "up", false};
    const Asked answered{query, Outcome::kAnswered, ""};
    const Asked expected{query, Outcome::kExpectedEmpty, "expected, so"};
    EXPECT_FALSE(promises_kept(std::vector<Asked>{}));
    EXPECT_TRUE(promises_kept({answered, expected}));
    EXPECT_FALSE(promises_kept({answered, {query, Outcome::kEmpty, "empty"}}));
    EXPECT_FALSE(promises_kept({answered, {query, Outcome::kFailed, "parse error"}}));
    const auto json = nlohmann::json::parse(report_as_json({answered, answered, expected}));
    EXPECT_EQ(json["queries"], 3);
    EXPECT_EQ(json["answered"], 2);
    EXPECT_EQ(json["expected_empty"], 1);
}

}  // namespace
}  // namespace understudy::bench

#include "cli/orphan_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace understudy::cli::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class OrphanLine : public testing::Test {
  protected:
    OrphanCommands commands(bool interactive = false) {
        return {{[this](const std::string& target) -> core::Result<ApiAnswer> {
                     asked_.push_back(target);
                     auto answer = answers_.at(asked_.size() - 1);
                     return answer;
                 },
                 [this](const std::string& target, const json& body) -> core::Result<ApiAnswer> {
                     asked_.push_back(target + " " + body.dump());
                     return answers_.at(asked_.size() - 1);
                 }},
                {out_, errors_, Style::plain(), interactive, [this] { return typed_; }}};
    }

    std::vector<ApiAnswer> answers_;
    std::vector<std::string> asked_;
    std::string typed_;
    std::ostringstream out_;
    std::ostringstream errors_;
};

TEST_F(OrphanLine, ListsThemInATable) {
    answers_ = {{200,
                 {{"orphans",
                   {{{"host", "web1"},
                     {"id", "binlog.000003.400.17"},
                     {"kept_at", "2026-11-24T09:58:19Z"},
                     {"transactions", 2},
                     {"bytes", 812},
                     {"way", "rewind"},
                     {"gtids", "u:7-8"}}}}}}};
    EXPECT_EQ(commands().list("web1", false), kDone);
    EXPECT_THAT(asked_, ElementsAre("/v1/orphans?host=web1"));
    EXPECT_EQ(
        out_.str(),
        "HOST  ID                    KEPT AT              TRANSACTIONS  BYTES  WAY     GTIDS\n"
        "web1  binlog.000003.400.17  2026-11-24 09:58:19  2             812    rewind  u:7-8\n");
}

TEST_F(OrphanLine, SaysThatThereAreNone) {
    answers_ = {{200, {{"orphans", json::array()}}}};
    EXPECT_EQ(commands().list("", false), kDone);
    EXPECT_EQ(out_.str(), "No orphans are kept.\n");
}

TEST_F(OrphanLine, ShowsAllPartsOfALongFile) {
    answers_ = {{200, {{"sql", "### INSERT"}, {"next", 10}}},
                {200, {{"sql", " INTO\n"}, {"next", nullptr}}}};
    EXPECT_EQ(commands().show("web1", "a"), kDone);
    EXPECT_THAT(asked_, ElementsAre("/v1/orphans/sql?host=web1&id=a&offset=0",
                                    "/v1/orphans/sql?host=web1&id=a&offset=10"));
    EXPECT_EQ(out_.str(), "### INSERT INTO\n");
}

TEST_F(OrphanLine, SaysWhatTheAgentRefuses) {
    answers_ = {{404, {{"error", "none are kept as \"b\""}}}};
    EXPECT_EQ(commands().show("web1", "b"), kFailed);
    EXPECT_EQ(errors_.str(), "understudy: none are kept as \"b\"\n");
}

TEST_F(OrphanLine, DiscardsOnlyByTheOperatorsWord) {
    EXPECT_EQ(commands(false).discard("web1", "a", false), kUsage);
    typed_ = "no";
    EXPECT_EQ(commands(true).discard("web1", "a", false), kFailed);
    EXPECT_TRUE(asked_.empty());
    typed_ = "yes";
    answers_ = {{200, {{"done", true}, {"reason", "deleted"}}}};
    EXPECT_EQ(commands(true).discard("web1", "a", false), kDone);
    EXPECT_THAT(asked_, ElementsAre(R"(/v1/orphans/discard {"host":"web1","id":"a"})"));
    EXPECT_THAT(out_.str(), HasSubstr("These writes are nowhere else."));
}

}  // namespace
}  // namespace understudy::cli::test

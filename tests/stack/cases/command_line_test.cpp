#include "tests/stack/cases/running_stack.h"
#include "tests/stack/site.h"

namespace understudy::stack {
namespace {

class CommandLine : public RunningStack {};

TEST_F(CommandLine, PrintsTheStatusForScripts) {
    const auto text = understudy({"status", "--json"}, 20s);
    ASSERT_TRUE(good(text));
    const auto status = status_from_json(*text);
    ASSERT_TRUE(good(status));
    EXPECT_EQ(status->primary, primary());
    EXPECT_EQ(status->in_sync, std::set<std::string>{replica()});
    EXPECT_EQ(status->candidate, replica());
    EXPECT_EQ(status->hosts.at(primary()).role, "primary_lossless");
    EXPECT_EQ(status->hosts.at(replica()).role, "replica_in_sync");
    EXPECT_TRUE(status->hosts.at(replica()).reachable);
    ASSERT_TRUE(status->hosts.at(replica()).lag_seconds);
    EXPECT_LT(*status->hosts.at(replica()).lag_seconds, 5.0);
}

TEST_F(CommandLine, PrintsTheStatusForPeople) {
    const auto text = understudy({"status"}, 20s);
    ASSERT_TRUE(good(text));
    for (const std::string word : {"web1", "web2", "lb1", "lb2", "protected"}) {
        EXPECT_NE(text->find(word), std::string::npos) << "no " << word << " in:\n" << *text;
    }
}

TEST_F(CommandLine, PrintsTheHistoryForScripts) {
    const auto text = understudy({"history", "--json"}, 20s);
    ASSERT_TRUE(good(text));
    const auto events = history_from_json(*text);
    ASSERT_TRUE(good(events));
    EXPECT_FALSE(events->empty());
}

}  // namespace
}  // namespace understudy::stack

#include "adapters/log/log.h"

#include <gtest/gtest.h>

namespace understudy::adapters {
namespace {

TEST(TextLine, QuotesWhatWouldNotReadAsOneField) {
    EXPECT_EQ(text_line("promoted", {}), "promoted");
    EXPECT_EQ(text_line("promoted", {{"host", "db1"}, {"why", "primary died"}, {"note", ""}}),
              R"(promoted host=db1 why="primary died" note="")");
    EXPECT_EQ(text_line("x", {{"a", "b=c"}, {"d", "say \"no\""}}), R"(x a="b=c" d="say \"no\"")");
}

TEST(TextLine, OfAValueWithLineBreaksIsOneLine) {
    EXPECT_EQ(text_line("refused", {{"name", "a\n2026-01-01 error forged"}}),
              R"(refused name="a\n2026-01-01 error forged")");
}

TEST(JsonLine, HasTheFieldsInTheirOrder) {
    EXPECT_EQ(json_line("2026-01-01T00:00:00.000Z", "warn", "late", {{"b", "1"}, {"a", "2\n"}}),
              R"({"time":"2026-01-01T00:00:00.000Z","level":"warn","message":"late",)"
              R"("b":"1","a":"2\n"})");
}

TEST(Lines, BearBytesThatAreNotUtf8) {
    EXPECT_EQ(text_line("read", {{"bytes", "\xff \xfe"}}),
              "read bytes=\"\xef\xbf\xbd \xef\xbf\xbd\"");
    EXPECT_EQ(json_line("", "info", "\xff", {}),
              "{\"time\":\"\",\"level\":\"info\",\"message\":\"\xef\xbf\xbd\"}");
}

TEST(ListText, SaysNothingOfNone) {
    EXPECT_EQ(list_text({}), "nothing");
    EXPECT_EQ(list_text({"log.level"}), "log.level");
    EXPECT_EQ(list_text({"log.level", "web.listen"}), "log.level, web.listen");
}

}  // namespace
}  // namespace understudy::adapters

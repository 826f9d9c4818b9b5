#include "core/mariadb_gtid.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace understudy::core {
namespace {

MariaDbPosition position(const std::string& text) { return MariaDbPosition::parse(text).value(); }

TEST(MariaDbGtids, ArePrintedByDomain) {
    EXPECT_EQ(position("1-12-7, 0-11-100").to_string(), "0-11-100,1-12-7");
    EXPECT_EQ(position(" \n").to_string(), "");
    EXPECT_TRUE(position("").empty());
}

TEST(MariaDbGtids, StandForEverythingBeforeThemInTheirDomain) {
    EXPECT_TRUE(position("0-1-100").contains(position("0-2-99"))) << "another server, but before";
    EXPECT_FALSE(position("0-1-100").contains(position("0-1-101")));
    EXPECT_FALSE(position("0-1-100").contains(position("1-1-1")));
    EXPECT_TRUE(position("0-1-100,1-1-1").contains(position("1-1-1")));
}

TEST(MariaDbGtids, TwoServersThatGaveOneNumberHaveDiverged) {
    EXPECT_FALSE(position("0-1-100").contains(position("0-2-100")));
    EXPECT_EQ(position("0-1-100") <=> position("0-2-100"), std::partial_ordering::unordered);
}

TEST(MariaDbGtids, AreComparedDomainByDomain) {
    EXPECT_TRUE(position("0-1-2,1-1-2") > position("0-1-2,1-1-1"));
    EXPECT_TRUE(position("0-1-1") < position("0-1-1,1-1-1"));
    EXPECT_EQ(position("0-1-2,1-1-1") <=> position("0-1-1,1-1-2"),
              std::partial_ordering::unordered);
}

TEST(MariaDbGtids, AreRefusedWhereTheyAreNone) {
    for (const auto* text :
         {"x", "0", "0-1", "0-1-", "0-1-2-3", "-1-2", "0--2", "0-1-2,", ",", "0-1-2 3",
          "4294967296-1-1", "0-4294967296-1", "0-1-18446744073709551616", "0-1-2,0-2-3", "0-1-0x1",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"}) {
        const auto parsed = MariaDbPosition::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
    }
}

// By domain: the server and the number, so few that they meet.
using NaivePosition = std::map<std::uint32_t, std::pair<std::uint32_t, std::uint64_t>>;

NaivePosition any_naive_position() {
    NaivePosition naive;
    for (std::uint32_t domain = 0; domain < 3; ++domain) {
        if (*rc::gen::arbitrary<bool>()) continue;
        naive[domain] = {*rc::gen::inRange<std::uint32_t>(1, 3),
                         *rc::gen::inRange<std::uint64_t>(1, 4)};
    }
    return naive;
}

std::string text_of(const NaivePosition& naive) {
    std::string text;
    for (const auto& [domain, gtid] : naive) {
        text += (text.empty() ? "" : ",") + std::to_string(domain) + "-" +
                std::to_string(gtid.first) + "-" + std::to_string(gtid.second);
    }
    return text;
}

bool holds_all_of(const NaivePosition& left, const NaivePosition& right) {
    return std::all_of(right.begin(), right.end(), [&](const auto& theirs) {
        const auto mine = left.find(theirs.first);
        return mine != left.end() &&
               (mine->second == theirs.second || mine->second.second > theirs.second.second);
    });
}

RC_GTEST_PROP(MariaDbGtids, AgreeWithANaiveModel, ()) {
    const auto left = any_naive_position();
    const auto right = any_naive_position();
    const auto one = position(text_of(left));
    const auto two = position(text_of(right));
    RC_ASSERT(one.to_string() == text_of(left));
    RC_ASSERT((one == two) == (left == right));
    RC_ASSERT(one.contains(two) == holds_all_of(left, right));
    RC_ASSERT((one >= two) == one.contains(two));
    RC_ASSERT((one < two) == (two > one));
}

}  // namespace
}  // namespace understudy::core

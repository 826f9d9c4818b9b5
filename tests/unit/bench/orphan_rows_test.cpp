#include "tests/bench/rejoin/orphan_rows.h"

#include <gtest/gtest.h>

namespace understudy::bench {
namespace {

TEST(OrphanRows, AreThoseThatWereInsertedIntoTheTable) {
    constexpr const char* kSql =
        "SET @@SESSION.GTID_NEXT= 'u:3'/*!*/;\n"
        "### UPDATE `guestbook`.`t`\n### WHERE\n###   @1=1\n### SET\n###   @1=1\n"
        "### INSERT INTO `guestbook`.`t`\n### SET\n###   @1=30\n###   @2=7\n"
        "### INSERT INTO `guestbook`.`t`\n### SET\n###   @1=31\n###   @2=8\n"
        "### INSERT INTO `guestbook`.`other`\n### SET\n###   @1=99\n";
    EXPECT_EQ(rows_inserted(kSql, "t"), (std::set<std::uint64_t>{30, 31}));
    EXPECT_EQ(rows_inserted(kSql, "none"), std::set<std::uint64_t>{});
    EXPECT_EQ(rows_inserted("", "t"), std::set<std::uint64_t>{});
}

// The agents' heartbeat is an UPDATE, whose first column is a number as well.
TEST(OrphanRows, EndWithTheStatementThatInsertsThem) {
    const std::string sql =
        "### INSERT INTO `guestbook`.`t`\n### SET\n###   @1=315\n###   @2=7\n"
        "### UPDATE `understudy`.`heartbeat`\n### WHERE\n###   @1=22\n### SET\n###   @1=22\n";
    EXPECT_EQ(rows_inserted(sql, "t"), (std::set<std::uint64_t>{315}));
}

}  // namespace
}  // namespace understudy::bench

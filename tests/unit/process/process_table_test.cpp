#include "adapters/process/process_table.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace understudy::adapters {
namespace {

constexpr auto kAfterParent = " 100 100 0 -1 4194560 1 0 0 0 5 3 0 0 20 0 1 0 77123 8192 10 0";

TEST(ProcessTable, ReadsTheFieldsThatAWatchNeeds) {
    const auto entry = parse_process_stat("4242 (mysqld) S 17" + std::string(kAfterParent));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->pid, 4242);
    EXPECT_EQ(entry->parent, 17);
    EXPECT_EQ(entry->command, "mysqld");
    EXPECT_EQ(entry->start_ticks, 77123U);
    EXPECT_FALSE(entry->dead);
}

TEST(ProcessTable, SurvivesCommandsThatLookLikeFields) {
    const auto entry = parse_process_stat("7 (a) Z 9 (b) S 3" + std::string(kAfterParent));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->command, "a) Z 9 (b");
    EXPECT_EQ(entry->parent, 3);
    EXPECT_FALSE(entry->dead);
}

TEST(ProcessTable, TellsAZombie) {
    const auto entry = parse_process_stat("7 (mysqld) Z 3" + std::string(kAfterParent));
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->dead);
}

TEST(ProcessTable, TellsAKilledProcessWhoseMemoryIsBeingFreed) {
    const auto entry =
        parse_process_stat("7 (mysqld) S 3 100 100 0 -1 4194564 1 0 0 0 5 3 0 0 20 0 1 0 9 8 1");
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->dead);
}

TEST(ProcessTable, RefusesWhatIsNoStatLine) {
    EXPECT_FALSE(parse_process_stat(""));
    EXPECT_FALSE(parse_process_stat("mysqld"));
    EXPECT_FALSE(parse_process_stat("7 (mysqld"));
    EXPECT_FALSE(parse_process_stat("7 (mysqld)"));
    EXPECT_FALSE(parse_process_stat("7 (mysqld) S x 1"));
    EXPECT_FALSE(parse_process_stat("7 (mysqld) S 1 2 3"));
}

TEST(ProcessTable, TwoStartsOfOneNumberAreTwoIncarnations) {
    const ProcessEntry first{7, 1, "mysqld", false, 1000};
    EXPECT_NE(first.incarnation(), (ProcessEntry{7, 1, "mysqld", false, 1001}).incarnation());
    EXPECT_NE(first.incarnation(), (ProcessEntry{8, 1, "mysqld", false, 1000}).incarnation());
}

TEST(ProcessTable, ReadsThisVeryProcess) {
    const auto own = read_process(::getpid());
    ASSERT_TRUE(own);
    EXPECT_EQ(own->parent, ::getppid());
}

}  // namespace
}  // namespace understudy::adapters

#include "adapters/process/process_table.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace understudy::adapters {
namespace {

constexpr auto kAfterParent = " 100 100 0 -1 4194560 1 0 0 0 5 3 0 0 20 0 1 0 77123 8192 10 0";

TEST(ProcessTable, ReadsTheFieldsThatAWatchNeeds) {
    const auto entry = parse_stat("4242 (mysqld) S 17" + std::string(kAfterParent));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->pid, 4242);
    EXPECT_EQ(entry->parent, 17);
    EXPECT_EQ(entry->command, "mysqld");
    EXPECT_EQ(entry->start_ticks, 77123U);
    EXPECT_EQ(entry->state, 'S');
}

TEST(ProcessTable, SurvivesCommandsThatLookLikeFields) {
    const auto entry = parse_stat("7 (a) Z 9 (b) S 3" + std::string(kAfterParent));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->command, "a) Z 9 (b");
    EXPECT_EQ(entry->parent, 3);
    EXPECT_EQ(entry->state, 'S');
}

TEST(ProcessTable, TellsAZombie) {
    const auto entry = parse_stat("7 (mysqld) Z 3" + std::string(kAfterParent));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->state, 'Z');
}

TEST(ProcessTable, RefusesWhatIsNoStatLine) {
    EXPECT_FALSE(parse_stat(""));
    EXPECT_FALSE(parse_stat("mysqld"));
    EXPECT_FALSE(parse_stat("7 (mysqld"));
    EXPECT_FALSE(parse_stat("7 (mysqld)"));
    EXPECT_FALSE(parse_stat("7 (mysqld) S x 1"));
    EXPECT_FALSE(parse_stat("7 (mysqld) S 1 2 3"));
}

TEST(ProcessTable, TwoStartsOfOneNumberAreTwoIncarnations) {
    const ProcessEntry first{7, 1, "mysqld", 'S', 1000};
    EXPECT_NE(first.incarnation(), (ProcessEntry{7, 1, "mysqld", 'S', 1001}).incarnation());
    EXPECT_NE(first.incarnation(), (ProcessEntry{8, 1, "mysqld", 'S', 1000}).incarnation());
}

TEST(ProcessTable, ReadsThisVeryProcess) {
    const auto own = read_process(::getpid());
    ASSERT_TRUE(own);
    EXPECT_EQ(own->parent, ::getppid());
}

// A /proc of our own making.
class ProcFolder : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = std::filesystem::temp_directory_path() / "procXXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        proc_ = pattern;
        std::filesystem::create_directories(proc_ / "self");
    }
    void TearDown() override { std::filesystem::remove_all(proc_); }

    void add(int pid, const std::string& command, char state, int parent, int start) {
        std::filesystem::create_directories(proc_ / std::to_string(pid));
        std::ofstream(proc_ / std::to_string(pid) / "stat")
            << pid << " (" << command << ") " << state << ' ' << parent
            << " 1 1 0 -1 4194560 1 0 0 0 5 3 0 0 20 0 1 0 " << start << " 8192 10 0\n";
    }
    pid_t master(const std::string& command) {
        const auto found = find_master(command, proc_.string());
        return found ? found->pid : 0;
    }
    std::filesystem::path proc_;
};

TEST_F(ProcFolder, TheMasterIsTheOneWhoseParentHasAnotherCommand) {
    add(1, "init", 'S', 0, 1);
    add(30, "nginx", 'S', 40, 5);
    add(40, "nginx", 'S', 1, 5);
    EXPECT_EQ(master("nginx"), 40);
}

TEST_F(ProcFolder, OfSeveralMastersTheOldestIsWatched) {
    add(30, "mysqld", 'S', 1, 900);
    add(40, "mysqld", 'S', 0, 500);
    EXPECT_EQ(master("mysqld"), 40);
}

TEST_F(ProcFolder, TheDeadAreNotFound) {
    add(30, "mysqld", 'Z', 1, 500);
    EXPECT_EQ(master("mysqld"), 0);
}

TEST_F(ProcFolder, OnlyTheFirstFifteenBytesOfACommandCount) {
    add(30, "a-very-long-com", 'S', 1, 500);
    EXPECT_EQ(master("a-very-long-command"), 30);
}

}  // namespace
}  // namespace understudy::adapters

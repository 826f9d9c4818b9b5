#include "adapters/files/orphan_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "wire/json.h"

namespace understudy::adapters {
namespace {

namespace fs = std::filesystem;

std::string new_folder() {
    std::string path = fs::temp_directory_path() / "orphansXXXXXX";
    ::mkdtemp(path.data());
    return path;
}

class Orphans : public testing::Test {
  protected:
    ~Orphans() override { fs::remove_all(path_); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ + "/" + name) << text;
    }
    void keep(const std::string& id, int minute) const {
        core::KeptOrphans kept;
        kept.id = id;
        kept.kept_at = core::WallTime(std::chrono::minutes(minute));
        kept.transactions = 2;
        write(id + ".json", wire::to_json(kept));
        write(id + ".binlog", "log");
        write(id + ".sql", "### INSERT INTO `d`.`t`");
    }

    std::string path_ = new_folder();
    OrphanFolder folder_{path_};
};

TEST_F(Orphans, AreListedTheOldestFirst) {
    keep("binlog.000002.300.7", 9);
    keep("binlog.000009.4.1", 3);
    const auto list = folder_.list();
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 2U);
    EXPECT_EQ(list->front().id, "binlog.000009.4.1");
    EXPECT_EQ(list->back().transactions, 2U);
}

TEST_F(Orphans, AreListedThoughADescriptionIsBroken) {
    keep("a", 1);
    write("b.json", "{");
    write("c.json", wire::to_json(core::KeptOrphans{}));
    const auto list = folder_.list();
    ASSERT_TRUE(list);
    EXPECT_EQ(list->size(), 1U);
}

TEST_F(Orphans, AreShownInParts) {
    keep("a", 1);
    const auto part = folder_.sql("a", 4, 6);
    ASSERT_TRUE(part);
    EXPECT_EQ(part->text, "INSERT");
    EXPECT_EQ(part->size, 23U);
    EXPECT_EQ(folder_.sql("a", 100, 6)->text, "");
}

TEST_F(Orphans, AreGoneOnlyWhenTheyAreDiscarded) {
    keep("a", 1);
    keep("b", 2);
    ASSERT_TRUE(folder_.discard("a"));
    EXPECT_EQ(folder_.list()->size(), 1U);
    EXPECT_FALSE(fs::exists(path_ + "/a.binlog"));
    EXPECT_TRUE(fs::exists(path_ + "/b.binlog"));
    EXPECT_EQ(folder_.discard("a").error().code, core::ErrorCode::kNotFound);
}

TEST_F(Orphans, AreNeverSoughtOutsideTheirFolder) {
    const std::string outside = path_ + "-outside";
    std::ofstream(outside + ".json") << "{}";
    const auto id = "../" + fs::path(outside).filename().string();
    EXPECT_EQ(folder_.discard(id).error().code, core::ErrorCode::kNotFound);
    EXPECT_EQ(folder_.sql(id, 0, 1).error().code, core::ErrorCode::kNotFound);
    EXPECT_TRUE(fs::exists(outside + ".json"));
    fs::remove(outside + ".json");
}

TEST(OrphansWithoutAFolder, AreAnError) {
    EXPECT_EQ(OrphanFolder("/nowhere/at/all").list().error().code, core::ErrorCode::kIo);
}

}  // namespace
}  // namespace understudy::adapters

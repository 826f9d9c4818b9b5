#include "adapters/binlog/rewind.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/files/orphan_folder.h"
#include "tests/unit/binlog/real_logs.h"

namespace understudy::adapters {
namespace {

namespace fs = std::filesystem;

unsigned mode_of(const std::string& file) {
    struct stat about {};
    ::stat(file.c_str(), &about);
    return about.st_mode & 0777U;
}

constexpr std::size_t kPreamble = 127;  // the magic number and the format description
constexpr std::size_t kCut = 689;

class Rewind : public testing::Test {
  protected:
    Rewind() {
        ::mkdtemp(path_.data());
        fs::copy_file("tests/fuzz/seeds/binlog/tagged-crashed.binlog", log_());
        plan_.verdict = core::RewindVerdict::kCut;
        plan_.offset = kCut;
        plan_.orphans.add("11111111-2222-3333-4444-555555555555", {6, 6});
    }
    ~Rewind() override { fs::remove_all(path_); }

    [[nodiscard]] std::string log_() const { return path_ + "/binlog.000002"; }
    core::Result<std::string> rewind_now() { return rewind({log_(), path_}, plan_); }

    std::string path_ = fs::temp_directory_path() / "rewindXXXXXX";
    core::RewindPlan plan_;
};

TEST_F(Rewind, KeepsWhatItCutsOff) {
    const auto whole = content_of(log_());
    const auto kept = rewind_now();
    ASSERT_TRUE(kept) << kept.error().detail;
    EXPECT_EQ(content_of(log_()), whole.substr(0, kCut));
    EXPECT_EQ(content_of(*kept), whole.substr(0, kPreamble) + whole.substr(kCut));
    EXPECT_EQ(mode_of(*kept), 0600U);
}

TEST_F(Rewind, DescribesWhatItCutOff) {
    const auto size = fs::file_size(log_());
    ASSERT_TRUE(rewind_now());
    const auto list = OrphanFolder(path_).list();
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 1U);
    const auto& kept = list->front();
    EXPECT_EQ(kept.log, "binlog.000002");
    EXPECT_EQ(kept.offset, kCut);
    EXPECT_EQ(kept.bytes, size - kCut);
    EXPECT_EQ(kept.transactions, 1U);
    EXPECT_EQ(kept.gtids, plan_.orphans);
    EXPECT_EQ(kept.way, "rewind");
    EXPECT_EQ(mode_of(path_ + "/" + kept.id + kOrphansNote), 0640U);
}

TEST_F(Rewind, CutsNothingWhereItCannotKeep) {
    const auto whole = content_of(log_());
    EXPECT_EQ(rewind({log_(), path_ + "/none"}, plan_).error().code, core::ErrorCode::kIo);
    EXPECT_EQ(content_of(log_()), whole);
}

// Each file that a former run may have left, in each order, before the log was cut.
TEST_F(Rewind, EndsInTheSameStateAfterOneThatWasInterrupted) {
    const auto whole = content_of(log_());
    const auto written = fs::last_write_time(log_());
    const auto kept = rewind_now();
    ASSERT_TRUE(kept);
    const auto orphans = content_of(*kept);
    for (const auto* left : {"", ".partial", ".binlog"}) {
        for (const auto& entry : fs::directory_iterator(path_)) fs::remove(entry.path());
        std::ofstream(log_(), std::ios::binary) << whole;
        fs::last_write_time(log_(), written);
        if (*left != '\0') {
            const auto name = *left == '.' && left[1] == 'p' ? *kept + left : *kept;
            std::ofstream(name, std::ios::binary) << orphans.substr(0, orphans.size() / 2);
        }
        const auto again = rewind_now();
        ASSERT_TRUE(again) << left;
        EXPECT_EQ(*again, *kept);
        EXPECT_EQ(content_of(*again), orphans);
        EXPECT_EQ(content_of(log_()), whole.substr(0, kCut));
        EXPECT_EQ(OrphanFolder(path_).list()->size(), 1U);
    }
}

}  // namespace
}  // namespace understudy::adapters

// What a host that is to be rebuilt has in its logs, and nobody else has.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "adapters/binlog/binlog_reader.h"
#include "adapters/binlog/rewind.h"
#include "adapters/files/orphan_folder.h"
#include "tests/unit/binlog/real_logs.h"

namespace understudy::adapters {
namespace {

namespace fs = std::filesystem;

class Surplus : public testing::Test {
  protected:
    Surplus() {
        ::mkdtemp(path_.data());
        fs::create_directory(kept_());
        fs::copy_file("tests/fuzz/seeds/binlog/tagged-closed.binlog", path_ + "/binlog.000001");
        fs::copy_file("tests/fuzz/seeds/binlog/tagged-crashed.binlog", path_ + "/binlog.000002");
        std::ofstream(index_()) << "./binlog.000001\n./binlog.000002\n";
        for (const auto* log : {"/binlog.000001", "/binlog.000002"}) {
            const auto content = read_binlog(path_ + log);
            for (const auto& each : content->transactions) {
                all_.add(each.source, {each.number, each.number});
            }
        }
        const auto last = read_binlog(path_ + "/binlog.000002")->transactions.back();
        last_.add(last.source, {last.number, last.number});
    }
    ~Surplus() override { fs::remove_all(path_); }

    [[nodiscard]] std::string index_() const { return path_ + "/binlog.index"; }
    [[nodiscard]] std::string kept_() const { return path_ + "/kept"; }
    [[nodiscard]] core::GtidSet keep(const core::GtidSet& elsewhere) const {
        const auto kept = keep_surplus(index_(), kept_(), elsewhere);
        EXPECT_TRUE(kept) << kept.error().detail;
        return kept.value_or(core::GtidSet{});
    }

    std::string path_ = fs::temp_directory_path() / "surplusXXXXXX";
    core::GtidSet all_;
    core::GtidSet last_;
};

TEST_F(Surplus, IsKeptAsALogOfItsOwn) {
    EXPECT_EQ(keep(all_.minus(last_)), last_);
    const auto list = OrphanFolder(kept_()).list();
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 1U);
    EXPECT_EQ(list->front().way, "rebuild");
    EXPECT_EQ(list->front().gtids, last_);
    constexpr std::size_t kMagicAndFormat = 127;  // the magic number and the format description
    const auto whole = content_of(path_ + "/binlog.000002");
    EXPECT_EQ(content_of(kept_() + "/" + list->front().id + kOrphansLog),
              whole.substr(0, kMagicAndFormat) + whole.substr(list->front().offset));
}

TEST_F(Surplus, IsKeptOnceHoweverOftenItIsTried) {
    EXPECT_EQ(keep(all_.minus(last_)), last_);
    fs::last_write_time(path_ + "/binlog.000002", fs::file_time_type::clock::now());
    EXPECT_EQ(keep(all_.minus(last_)), last_);
    EXPECT_EQ(OrphanFolder(kept_()).list()->size(), 1U);
}

TEST_F(Surplus, OfEarlierLogsIsKeptToo) {
    EXPECT_EQ(keep({}), all_);
    EXPECT_EQ(OrphanFolder(kept_()).list()->size(), 2U);
}

TEST_F(Surplus, IsNothingWhereOthersHaveEverything) {
    EXPECT_TRUE(keep(all_).empty());
    EXPECT_TRUE(fs::is_empty(kept_()));
}

TEST_F(Surplus, IsNotGivenUpForALogThatCannotBeRead) {
    fs::resize_file(path_ + "/binlog.000002", 100);
    EXPECT_FALSE(keep_surplus(index_(), kept_(), {}));
}

TEST_F(Surplus, IsAnErrorWhereItCannotBeKept) {
    fs::remove(kept_());
    EXPECT_FALSE(keep_surplus(index_(), kept_(), all_.minus(last_)));
}

}  // namespace
}  // namespace understudy::adapters

#include "adapters/files/assignment_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "adapters/files/replace_file.h"

namespace understudy::adapters {
namespace {

class AssignmentFileTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = std::filesystem::temp_directory_path() / "assignmentXXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        path_ = folder_ + "/assignment.json";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string content() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::string folder_;
    std::string path_;
};

TEST_F(AssignmentFileTest, NothingIsStoredAtFirst) {
    const auto loaded = AssignmentFile(path_).load();
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->has_value());
}

TEST_F(AssignmentFileTest, TheLastTextStoredIsLoaded) {
    const std::string text = "{\"epoch\": 7,\n \"nul\": \"" + std::string(1, '\0') + "\"}\n";
    ASSERT_TRUE(AssignmentFile(path_).store("{}"));
    ASSERT_TRUE(AssignmentFile(path_).store(text));
    const auto loaded = AssignmentFile(path_).load();
    ASSERT_TRUE(loaded);
    EXPECT_EQ(*loaded, text);
}

TEST_F(AssignmentFileTest, AnEmptyTextIsAText) {
    ASSERT_TRUE(AssignmentFile(path_).store(""));
    const auto loaded = AssignmentFile(path_).load();
    ASSERT_TRUE(loaded);
    EXPECT_EQ(*loaded, "");
}

TEST_F(AssignmentFileTest, OnlyTheOwnerCanReadItWhateverTheUmask) {
    const auto before = ::umask(0);
    const auto stored = AssignmentFile(path_).store("{}");
    ::umask(before);
    ASSERT_TRUE(stored);
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(AssignmentFileTest, AFailureLeavesTheFormerText) {
    AssignmentFile file(path_);
    ASSERT_TRUE(file.store("former"));
    std::filesystem::create_directory(path_ + ".next");  // where the new one would be written
    const auto stored = file.store("new");
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, core::ErrorCode::kIo);
    EXPECT_EQ(stored.error().number, EISDIR);
    EXPECT_EQ(*file.load(), "former");
}

TEST_F(AssignmentFileTest, AMissingFolderIsNamed) {
    const auto stored = AssignmentFile(folder_ + "/none/assignment.json").store("{}");
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().number, ENOENT);
    EXPECT_NE(stored.error().operation.find("/none/"), std::string::npos);
}

TEST_F(AssignmentFileTest, AReaderNeverSeesAPart) {
    AssignmentFile file(path_);
    ASSERT_TRUE(file.store(std::string(100, 'a')));
    std::atomic<bool> done{false};
    std::jthread writer([&] {
        for (int i = 0; i < 300; ++i) {
            const auto size = static_cast<std::size_t>(100 + 90 * i);
            if (!replace_file(path_, std::string(size, 'b'), 0600, Durability::kUntilReboot)) break;
        }
        done = true;
    });
    while (!done) {
        const auto seen = content();
        ASSERT_FALSE(seen.empty());
        if (seen.front() == 'b') {
            EXPECT_EQ((seen.size() - 100) % 90, 0U);
        }
    }
}

}  // namespace
}  // namespace understudy::adapters

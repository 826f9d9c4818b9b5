#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "adapters/config/yaml_reader.h"

namespace understudy::adapters {
namespace {

class Secret : public testing::Test {
  protected:
    std::string write(const std::string& content, std::filesystem::perms mode) {
        std::ofstream(file_) << content;
        std::filesystem::permissions(file_, mode);
        return file_;
    }
    void TearDown() override { std::filesystem::remove(file_); }

    static constexpr auto kPrivate = std::filesystem::perms::owner_read;
    const std::string file_ =
        testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(Secret, LosesItsFinalNewlineOnly) {
    EXPECT_EQ(*read_secret(write(" a b \n\n", kPrivate)), " a b \n");
}

TEST_F(Secret, ThatIsMissingSaysSo) {
    const auto secret = read_secret("/absent/secret");
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().code, core::ErrorCode::kInvalid);
    EXPECT_EQ(secret.error().detail.rfind("/absent/secret: No such file", 0), 0U)
        << secret.error().detail;
}

TEST_F(Secret, ThatIsEmptyIsRefused) {
    EXPECT_FALSE(read_secret(write("", kPrivate)));
    EXPECT_FALSE(read_secret(write("\n", kPrivate)));
}

TEST_F(Secret, ThatOthersMayReadIsRefusedWithTheRemedy) {
    const auto secret = read_secret(write("x\n", kPrivate | std::filesystem::perms::others_read));
    ASSERT_FALSE(secret);
    EXPECT_NE(secret.error().detail.find("chmod 0600"), std::string::npos);
}

TEST_F(Secret, ThatIsADirectoryOrTooLongIsRefused) {
    EXPECT_FALSE(read_secret("/tmp"));
    EXPECT_FALSE(read_secret(write(std::string(4097, 'x'), kPrivate)));
}

}  // namespace
}  // namespace understudy::adapters

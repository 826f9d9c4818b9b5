#include "adapters/sqlite_store/delivery_cursor.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace understudy::adapters {
namespace {

class Cursor : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "cursor-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }
    std::unique_ptr<DeliveryCursor> opened() {
        return std::move(DeliveryCursor::open(directory_ / "webhooks.db").value());
    }
    std::filesystem::path directory_;
};

TEST_F(Cursor, KnowsNothingOfANewWebhook) { EXPECT_EQ(*opened()->position("ops"), std::nullopt); }

TEST_F(Cursor, RemembersEachWebhookAcrossReopening) {
    {
        const auto cursor = opened();
        ASSERT_TRUE(cursor->advance("ops", {7, 1}));
        ASSERT_TRUE(cursor->advance("chat", {3, 0}));
        ASSERT_TRUE(cursor->advance("ops", {8, 2}));
    }
    const auto cursor = opened();
    EXPECT_EQ(cursor->position("ops").value()->delivered, 8U);
    EXPECT_EQ(cursor->position("ops").value()->dropped, 2U);
    EXPECT_EQ(cursor->position("chat").value()->delivered, 3U);
}

TEST_F(Cursor, AnAbsentDirectoryIsAnError) {
    EXPECT_FALSE(DeliveryCursor::open("/absent/webhooks.db"));
}

}  // namespace
}  // namespace understudy::adapters

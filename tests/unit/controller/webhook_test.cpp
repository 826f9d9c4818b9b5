#include "controller/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace understudy::controller {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;
using testing::ElementsAre;

class Webhook : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "webhook-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        cursor_ = std::move(adapters::DeliveryCursor::open(directory_ + "/webhooks.db").value());
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    void happen(std::uint64_t id) {
        ports::HistoryEntry entry;
        entry.id = id;
        entry.kind = "kind " + std::to_string(id);
        entry.event = true;
        entry.detail_json = R"({"to":"web2"})";
        events_.push_back(entry);
    }

    EventSource source() {
        EventSource source;
        source.after = [this](std::uint64_t after,
                              int limit) -> Result<std::vector<ports::HistoryEntry>> {
            std::vector<ports::HistoryEntry> found;
            for (const auto& event : events_) {
                if (event.id > after && found.size() < static_cast<std::size_t>(limit)) {
                    found.push_back(event);
                }
            }
            return found;
        };
        source.backlog = [this](std::uint64_t after) -> Result<EventSource::Backlog> {
            EventSource::Backlog backlog;
            for (const auto& event : events_) {
                if (event.id <= after) continue;
                ++backlog.count;
                backlog.newest = event.id;
            }
            return backlog;
        };
        return source;
    }

    // A queue as a freshly started controller has it.
    WebhookQueue queue() {
        return {"ops",
                "main",
                source(),
                *cursor_,
                [this](const std::string& body) -> Result<void> {
                    if (refuses_) return failure(ErrorCode::kRefused, "POST", "answered 500", 500);
                    accepted_.push_back(nlohmann::json::parse(body).at("id"));
                    last_body_ = body;
                    return {};
                },
                {[this](bool good, const std::string&) { tried_.push_back(good); },
                 [this](std::uint64_t waiting, std::uint64_t dropped) {
                     waiting_ = waiting;
                     dropped_ = dropped;
                 }}};
    }

    std::string directory_;
    std::unique_ptr<adapters::DeliveryCursor> cursor_;
    std::vector<ports::HistoryEntry> events_;
    bool refuses_ = false;
    std::vector<std::uint64_t> accepted_;
    std::vector<bool> tried_;
    std::string last_body_;
    std::uint64_t waiting_ = 0;
    std::uint64_t dropped_ = 0;
};

TEST_F(Webhook, GetsEveryEventOnceAndInOrder) {
    auto ops = queue();
    ASSERT_TRUE(ops.load());
    happen(3);
    happen(5);
    EXPECT_TRUE(ops.deliver());
    happen(6);
    EXPECT_TRUE(ops.deliver());
    EXPECT_TRUE(ops.deliver());
    EXPECT_THAT(accepted_, ElementsAre(3, 5, 6));
    EXPECT_EQ(waiting_, 0U);
}

TEST_F(Webhook, GetsAnEventAgainUntilItIsAccepted) {
    auto ops = queue();
    ASSERT_TRUE(ops.load());
    happen(1);
    happen(2);
    refuses_ = true;
    EXPECT_FALSE(ops.deliver());
    EXPECT_FALSE(ops.deliver());
    EXPECT_EQ(waiting_, 2U);
    refuses_ = false;
    EXPECT_TRUE(ops.deliver());
    EXPECT_THAT(accepted_, ElementsAre(1, 2));
    EXPECT_THAT(tried_, ElementsAre(false, false, true, true));
}

TEST_F(Webhook, GetsAfterARestartWhatItHadNotAccepted) {
    {
        auto ops = queue();
        ASSERT_TRUE(ops.load());
        happen(1);
        ASSERT_TRUE(ops.deliver());
        happen(2);
        refuses_ = true;
        ASSERT_FALSE(ops.deliver());
    }
    refuses_ = false;
    auto again = queue();
    EXPECT_TRUE(again.deliver());
    EXPECT_THAT(accepted_, ElementsAre(1, 2));
}

TEST_F(Webhook, NewToAnOldSiteIsNotFloodedWithThePast) {
    for (std::uint64_t id = 1; id <= 20; ++id) happen(id);
    auto ops = queue();
    EXPECT_TRUE(ops.deliver());
    EXPECT_TRUE(accepted_.empty());
    happen(21);
    EXPECT_TRUE(ops.deliver());
    EXPECT_THAT(accepted_, ElementsAre(21));
}

TEST_F(Webhook, GivesUpTheOldestBeyondAThousandAndCountsThem) {
    auto ops = queue();
    ASSERT_TRUE(ops.load());
    for (std::uint64_t id = 1; id <= 1003; ++id) happen(id);
    refuses_ = true;
    EXPECT_FALSE(ops.deliver());
    EXPECT_EQ(waiting_, 1000U);
    EXPECT_EQ(dropped_, 3U);
    refuses_ = false;
    EXPECT_TRUE(ops.deliver());
    EXPECT_EQ(accepted_.front(), 4U);
    EXPECT_EQ(accepted_.size(), 1000U);
}

TEST_F(Webhook, IsSentTheEventWithItsDetail) {
    auto ops = queue();
    ASSERT_TRUE(ops.load());
    happen(1);
    ASSERT_TRUE(ops.deliver());
    const auto body = nlohmann::json::parse(last_body_);
    EXPECT_EQ(body["cluster"], "main");
    EXPECT_EQ(body["kind"], "kind 1");
    EXPECT_EQ(body["detail"]["to"], "web2");
    EXPECT_EQ(body["at"], "1970-01-01T00:00:00.000000Z");
}

}  // namespace
}  // namespace understudy::controller

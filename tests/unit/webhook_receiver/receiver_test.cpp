#include "tools/webhook_receiver/receiver.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace understudy::tools {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class WebhookReceiver : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "hooks-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        start(100);
    }
    void TearDown() override {
        server_.reset();
        std::filesystem::remove_all(directory_);
    }
    void start(std::size_t most) {
        server_.reset();
        receiver_ = std::make_unique<Receiver>(directory_, most);
        server_ = std::make_unique<adapters::HttpServer>(
            adapters::HttpServerOptions{{"127.0.0.1", 0}, {}, {}, 2});
        receiver_->serve(*server_);
        ASSERT_TRUE(server_->start());
        client_ = std::make_unique<adapters::HttpClient>(
            adapters::HttpClientOptions{{"127.0.0.1", server_->port()}, {}, false});
    }
    int post(const std::string& path, const std::string& body) {
        return client_->post(path, body, 2s).value().status;
    }
    json received(const std::string& query = "") {
        return json::parse(client_->get("/received" + query, 2s).value().body).at("received");
    }

    std::string directory_;
    std::unique_ptr<Receiver> receiver_;
    std::unique_ptr<adapters::HttpServer> server_;
    std::unique_ptr<adapters::HttpClient> client_;
};

TEST_F(WebhookReceiver, KeepsWhatIsPostedInOrder) {
    EXPECT_EQ(post("/hook/controller", R"({"kind":"failover"})"), 200);
    EXPECT_EQ(post("/hook/controller", "no JSON"), 200);
    const json all = received();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0]["body"]["kind"], "failover");
    EXPECT_EQ(all[0]["hook"], "controller");
    EXPECT_GT(all[0]["at_us"], 0);
    EXPECT_EQ(all[1]["body"], "no JSON");
}

TEST_F(WebhookReceiver, ListsOneHookWhenAsked) {
    post("/hook/controller", "1");
    post("/hook/alertmanager", "2");
    const json one = received("?hook=alertmanager");
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0]["body"], 2);
    EXPECT_TRUE(received("?hook=nobody").empty());
}

TEST_F(WebhookReceiver, StillHasItAfterARestartEvenAfterACrashInTheMiddleOfALine) {
    post("/hook/controller", "1");
    std::ofstream(directory_ + "/controller.jsonl", std::ios::app) << R"({"at_us": 17)";
    start(100);
    ASSERT_EQ(received().size(), 1U);
    post("/hook/controller", "2");
    start(100);
    ASSERT_EQ(received().size(), 2U);
    EXPECT_EQ(received()[0]["body"], 1);
    EXPECT_EQ(received()[1]["body"], 2);
}

TEST_F(WebhookReceiver, KeepsTheNewerHalfBeyondItsBound) {
    start(10);
    for (int i = 0; i < 11; ++i) ASSERT_EQ(post("/hook/c", std::to_string(i)), 200);
    const json kept = received();
    EXPECT_EQ(kept.size(), 6U);
    EXPECT_EQ(kept.back()["body"], 10);
    start(10);
    EXPECT_EQ(received(), kept) << "the file too";
}

TEST_F(WebhookReceiver, RefusesANameThatCouldLeaveItsDirectory) {
    EXPECT_EQ(post("/hook/..", "x"), 400);
    EXPECT_EQ(post("/hook/.hidden", "x"), 400);
    EXPECT_NE(post("/hook/a%2Fb", "x"), 200);
    EXPECT_TRUE(received().empty());
}

TEST_F(WebhookReceiver, SaysThatItIsHealthy) {
    EXPECT_EQ(client_->get("/-/healthy", 2s)->status, 200);
}

}  // namespace
}  // namespace understudy::tools

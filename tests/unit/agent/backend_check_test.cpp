#include "agent/backend_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "agent/http_api.h"

namespace understudy::agent::test {
namespace {

using core::ErrorCode;
using testing::HasSubstr;

class BackendCheckTest : public testing::Test {
  protected:
    BackendCheckTest() {
        check_.service_changed("nginx", true);
        check_.service_changed("php-fpm", true);
    }

    [[nodiscard]] core::BackendFacts facts() const { return *board_.current().backend; }
    void answer(const core::Result<void>& of_nginx, const core::Result<void>& of_page) {
        nginx_ = of_nginx;
        page_ = of_page;
        check_.run();
    }

    core::Result<void> nginx_;
    core::Result<void> page_;
    ReportBoard board_{core::HostName("web1"), 1};
    BackendCheck check_{{"nginx", "php-fpm"},
                        {{"nginx", [this] { return nginx_; }}, {"page", [this] { return page_; }}},
                        board_};
};

TEST_F(BackendCheckTest, IsHealthyOnlyOnceAllHasAnswered) {
    EXPECT_FALSE(facts().healthy);
    answer({}, {});
    EXPECT_TRUE(facts().healthy);
    EXPECT_EQ(facts().cause, "");
}

TEST_F(BackendCheckTest, AsksOtherQuestionsFromTheNextRoundOn) {
    answer({}, {});
    check_.replace_probes({{"new page", [] {
                                return core::Result<void>(core::failure(
                                    ErrorCode::kRefused, "GET /new", "status 500, expected 200"));
                            }}});
    EXPECT_TRUE(facts().healthy) << "no process of it has changed";
    answer({}, {});
    EXPECT_FALSE(facts().healthy);
    EXPECT_THAT(facts().cause, HasSubstr("new page: "));
}

TEST_F(BackendCheckTest, WhoTakesNoConnectionIsDead) {
    for (const int number : {ECONNREFUSED, ENOENT, ENOTCONN}) {
        answer(core::failure(ErrorCode::kUnreachable, "connect", "nobody listens", number), {});
        EXPECT_TRUE(facts().dead) << number;
        EXPECT_THAT(facts().cause, HasSubstr("nginx: "));
    }
}

TEST_F(BackendCheckTest, WhoAnswersWrongOrLateOrIsSaturatedIsSick) {
    for (const auto& error :
         {core::Error{ErrorCode::kTimeout, "GET /", "no answer in time", 0},
          core::Error{ErrorCode::kRefused, "GET /", "status 500, expected 200", 0},
          core::Error{ErrorCode::kUnreachable, "GET /", "its queue of connections is full", EAGAIN},
          core::Error{ErrorCode::kUnreachable, "GET /", "the connection ended", 0}}) {
        answer({}, tl::unexpected<core::Error>(error));
        EXPECT_FALSE(facts().healthy);
        EXPECT_FALSE(facts().dead) << error.detail;
        EXPECT_THAT(facts().cause, HasSubstr("page: "));
        EXPECT_THAT(facts().cause, HasSubstr(error.detail));
    }
}

TEST_F(BackendCheckTest, ADeadProcessIsDeadAtOnceAndHealthyOnlyByANewRound) {
    answer({}, {});
    check_.service_changed("php-fpm", false);
    EXPECT_TRUE(facts().dead);
    EXPECT_EQ(facts().cause, "php-fpm is not running");
    check_.service_changed("php-fpm", true);
    EXPECT_FALSE(facts().healthy);
    EXPECT_FALSE(facts().dead);
    check_.run();
    EXPECT_TRUE(facts().healthy);
}

TEST_F(BackendCheckTest, TheLoadBalancersAreToldWhichOfBoth) {
    adapters::HttpServer server({{"127.0.0.1", 0}, {}, {}, 1});
    serve_health(server, board_, core::Millis{5000});
    ASSERT_TRUE(server.start());
    adapters::HttpClient client({.server = {"127.0.0.1", server.port()}, .tls = {}});
    const auto asked = [&] { return client.get("/backend", core::Millis{2000}).value(); };
    answer(core::failure(ErrorCode::kTimeout, "GET /", "no answer in time"), {});
    EXPECT_EQ(asked().status, 503);
    EXPECT_EQ(asked().body, "sick: nginx: GET /: no answer in time (timeout)\n");
    check_.service_changed("nginx", false);
    EXPECT_EQ(asked().body, "dead: nginx is not running\n");
    check_.service_changed("nginx", true);
    answer({}, {});
    EXPECT_EQ(asked().status, 200);
    EXPECT_EQ(asked().body, "ok\n");
}

TEST_F(BackendCheckTest, AReplicaThatLaggedTooMuchIsOneAgainFromHalfOfThat) {
    adapters::HttpServer server({{"127.0.0.1", 0}, {}, {}, 1});
    serve_health(server, board_, core::Millis{5000});
    ASSERT_TRUE(server.start());
    adapters::HttpClient client({.server = {"127.0.0.1", server.port()}, .tls = {}});
    const auto status_at = [&](double lag) {
        board_.publish([&](core::HostReport& report) {
            report.applied.emplace().role = core::Role::kReplicaInSync;
            auto& database = report.database.emplace();
            database.process = core::ProcessState::kRunning;
            database.answering = true;
            database.replication.applier_running = true;
            database.replication.lag_seconds = lag;
            return true;
        });
        return client.get("/replica", core::Millis{2000}).value().status;
    };
    EXPECT_EQ(status_at(4.9), 200);
    EXPECT_EQ(status_at(5.1), 503);
    EXPECT_EQ(status_at(4.9), 503);
    EXPECT_EQ(status_at(2.4), 200);
    EXPECT_EQ(status_at(4.9), 200);
}

}  // namespace
}  // namespace understudy::agent::test

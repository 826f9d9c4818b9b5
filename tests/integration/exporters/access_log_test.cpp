// The access log of a real Nginx, as the agent receives it.
#include "agent/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "adapters/http/http.h"
#include "tests/integration/exporters/web_server.h"

namespace understudy::integration {
namespace {

using testing::HasSubstr;

constexpr core::Millis kAnswerWithin{5000};

class AccessLogOfNginx : public testing::Test {
  protected:
    AccessLogOfNginx() {
        log_.emplace(kMostVhosts);
        EXPECT_TRUE(log_->begin({"127.0.0.1", 0}));
        nginx_.emplace(log_->port());
    }

    void get(const exporters::HttpUrl& url, int times) {
        adapters::HttpClient client({url.server, {}});
        for (int i = 0; i < times; ++i) {
            const auto answer = client.get(url.target, kAnswerWithin);
            ASSERT_TRUE(answer) << describe(answer.error());
            EXPECT_EQ(answer->status, 204);
        }
    }
    bool says(const std::string& line) {
        return eventually(
            [&] { return log_->metrics().text().find(line + "\n") != std::string::npos; });
    }

    static constexpr std::size_t kMostVhosts = 5;
    std::optional<agent::AccessLog> log_;
    std::optional<Nginx> nginx_;
};

TEST_F(AccessLogOfNginx, IsCountedByVirtualHostStatusAndTime) {
    get(nginx_->page_url(), 20);
    get(nginx_->asked_url(), 1);  // two requests: itself, and that of its upstream
    const std::string vhost = "{vhost=\"www.example.org\"";
    EXPECT_TRUE(says("understudy_nginx_responses_total" + vhost + ",code=\"204\"} 22"))
        << log_->metrics().text();
    EXPECT_TRUE(says("understudy_nginx_request_duration_seconds_count" + vhost + "} 22"));
    EXPECT_TRUE(says("understudy_nginx_upstream_duration_seconds_count" + vhost + "} 1"));
    EXPECT_THAT(log_->metrics().text(), HasSubstr("{result=\"malformed\"} 0\n"));
    EXPECT_THAT(log_->metrics().text(), HasSubstr("{result=\"dropped\"} 0\n"));
}

TEST_F(AccessLogOfNginx, IsCountedAgainWhenTheAgentComesBack) {
    get(nginx_->page_url(), 1);
    EXPECT_TRUE(says("understudy_nginx_access_log_lines_total{result=\"counted\"} 1"));
    const auto port = log_->port();
    log_.reset();
    get(nginx_->page_url(), 3);  // served all the same
    log_.emplace(kMostVhosts);
    ASSERT_TRUE(log_->begin({"127.0.0.1", port}));
    EXPECT_TRUE(eventually([&] {
        get(nginx_->page_url(), 1);
        return log_->metrics().text().find("code=\"204\"") != std::string::npos;
    }));
}

}  // namespace
}  // namespace understudy::integration

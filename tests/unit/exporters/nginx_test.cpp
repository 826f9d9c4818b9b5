#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/nginx/collector.h"
#include "exporters/nginx/stub_status.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using testing::HasSubstr;

TEST(StubStatusTest, ReadsThePagesOfNginx) {
    const auto bookworm = parse_stub_status(golden("nginx-1.22-stub_status.txt"));
    ASSERT_TRUE(bookworm) << describe(bookworm.error());
    EXPECT_EQ(*bookworm, (StubStatus{1, 4, 4, 4, 0, 1, 0}));
    const auto trixie = parse_stub_status(golden("nginx-1.26-stub_status.txt"));
    ASSERT_TRUE(trixie) << describe(trixie.error());
    EXPECT_EQ(*trixie, (StubStatus{1, 1, 1, 1, 0, 1, 0}));
    const auto sid = parse_stub_status(golden("nginx-1.30-stub_status.txt"));
    ASSERT_TRUE(sid) << describe(sid.error());
    EXPECT_EQ(*sid, (StubStatus{3, 41, 41, 41, 0, 1, 2}));
}

TEST(StubStatusTest, RefusesOtherPages) {
    EXPECT_FALSE(parse_stub_status(""));
    EXPECT_FALSE(parse_stub_status("<html>404</html>"));
    EXPECT_FALSE(parse_stub_status("Active connections: x \nserver accepts handled requests\n"));
}

TEST(StubStatusTest, BearsDamage) {
    bears_damage(golden("nginx-1.22-stub_status.txt"), parse_stub_status);
}

TEST(StubStatusTest, KeepsTheKnownNamesAndTypes) {
    const auto text = nginx_metrics({1, 20, 19, 30, 2, 3, 4}).text();
    EXPECT_THAT(text, HasSubstr("nginx_up 1\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE nginx_connections_accepted counter\n"
                                "nginx_connections_accepted 20\n"));
    EXPECT_THAT(text, HasSubstr("nginx_connections_handled 19\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE nginx_connections_active gauge\n"
                                "nginx_connections_active 1\n"));
    EXPECT_THAT(text, HasSubstr("nginx_connections_reading 2\n"));
    EXPECT_THAT(text, HasSubstr("nginx_connections_writing 3\n"));
    EXPECT_THAT(text, HasSubstr("nginx_connections_waiting 4\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE nginx_http_requests_total counter\n"
                                "nginx_http_requests_total 30\n"));
    EXPECT_THAT(nginx_missing().text(), HasSubstr("nginx_up 0\n"));
}

TEST(ParseHttpUrl, TakesHostPortAndTarget) {
    const auto url = parse_http_url("http://127.0.0.1:8081/nginx_status?x=1");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->server, (core::Address{"127.0.0.1", 8081}));
    EXPECT_EQ(url->target, "/nginx_status?x=1");
    EXPECT_EQ(parse_http_url("http://localhost")->server, (core::Address{"localhost", 80}));
    EXPECT_EQ(parse_http_url("http://localhost")->target, "/");
}

TEST(ParseHttpUrl, RefusesWhatItCannotAsk) {
    for (const auto* url : {"", "https://a/", "http://", "http://:80/", "http://a:x/",
                            "http://a:0/", "http://a:70000/"}) {
        EXPECT_FALSE(parse_http_url(url)) << url;
    }
}

TEST(NginxCollector, FailsWhenNobodyListens) {
    const auto collector = nginx_collector({{"127.0.0.1", 1}, "/nginx_status"}, core::Millis(1000));
    EXPECT_FALSE(collector.collect());
    EXPECT_THAT(collector.when_missing().text(), HasSubstr("nginx_up 0\n"));
}

}  // namespace
}  // namespace understudy::exporters

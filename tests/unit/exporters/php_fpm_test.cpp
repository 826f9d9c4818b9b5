#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/php_fpm/fastcgi.h"
#include "exporters/php_fpm/pool.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using testing::HasSubstr;

TEST(FastcgiTest, EncodesARequestRecordByRecord) {
    const auto request = fastcgi_request({{"A", "bc"}, {"LONG", std::string(200, 'x')}});
    const std::string begin("\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0", 16);
    EXPECT_EQ(request.substr(0, 16), begin);
    const std::string first("\1\4\0\1\0\326\0\0\1\2Abc\4\200\0\0\310LONGx", 23);
    EXPECT_EQ(request.substr(16, first.size()), first);
    const std::string end("\1\4\0\1\0\0\0\0\1\5\0\1\0\0\0\0", 16);
    EXPECT_EQ(request.substr(request.size() - 16), end);
}

TEST(FastcgiTest, ReadsTheAnswersOfPhpFpm) {
    const auto ping = parse_fastcgi_response(golden("php-fpm-8.2-ping.fastcgi"));
    ASSERT_TRUE(ping) << describe(ping.error());
    EXPECT_EQ(ping->status, 200);
    EXPECT_EQ(ping->body, "pong");

    const auto absent = parse_fastcgi_response(golden("php-fpm-8.2-not-found.fastcgi"));
    ASSERT_TRUE(absent) << describe(absent.error());
    EXPECT_EQ(absent->status, 404);
    EXPECT_EQ(absent->errors, "Primary script unknown");
}

TEST(FastcgiTest, RefusesAnAnswerThatIsCutShortOrTurnedDown) {
    auto bytes = golden("php-fpm-8.2-ping.fastcgi");
    EXPECT_FALSE(parse_fastcgi_response(bytes.substr(0, bytes.size() - 1)));
    EXPECT_FALSE(parse_fastcgi_response(""));
    const std::string overloaded("\1\3\0\1\0\10\0\0\0\0\0\0\2\0\0\0", 16);
    const auto turned_down = parse_fastcgi_response(overloaded);
    ASSERT_FALSE(turned_down);
    EXPECT_EQ(turned_down.error().code, ErrorCode::kRefused);
}

TEST(FastcgiTest, BearsDamage) {
    bears_damage(golden("php-fpm-8.2-not-found.fastcgi"), parse_fastcgi_response);
}

TEST(PoolStatusTest, ReadsTheStatusOfPhpFpm) {
    const auto status = parse_pool_status(golden("php-fpm-8.2-status.json"));
    ASSERT_TRUE(status) << describe(status.error());
    PoolStatus expected;
    expected.pool = "www";
    expected.process_manager = "dynamic";
    expected.start_since_seconds = 378;
    expected.accepted_connections = 4;
    expected.idle_processes = 1;
    expected.active_processes = 1;
    expected.total_processes = 2;
    expected.max_active_processes = 1;
    EXPECT_EQ(*status, expected);

    const auto trixie = parse_pool_status(golden("php-fpm-8.4-status.json"));
    ASSERT_TRUE(trixie) << describe(trixie.error());
    EXPECT_EQ(trixie->accepted_connections, 1U);
}

TEST(PoolStatusTest, NamesTheFieldThatIsMissing) {
    const auto status = parse_pool_status(R"({"pool":"www","process manager":"static"})");
    ASSERT_FALSE(status);
    EXPECT_THAT(describe(status.error()), HasSubstr("start since"));
    EXPECT_FALSE(parse_pool_status("pong"));
    EXPECT_FALSE(parse_pool_status("[]"));
}

TEST(PoolStatusTest, BearsDamage) {
    bears_damage(golden("php-fpm-8.2-status.json"), parse_pool_status);
}

TEST(PoolStatusTest, KeepsTheKnownNamesAndLabels) {
    PoolStatus status;
    status.accepted_connections = 5;
    status.max_children_reached = 2;
    const PoolIdentity identity{"www", "unix:///run/php/php-fpm.sock;/fpm-status"};
    const auto text = pool_metrics(status, identity).text();
    const std::string labels =
        R"({pool="www",scrape_uri="unix:///run/php/php-fpm.sock;/fpm-status"})";
    EXPECT_THAT(text, HasSubstr("phpfpm_accepted_connections" + labels + " 5\n"));
    EXPECT_THAT(text, HasSubstr("phpfpm_max_children_reached" + labels + " 2\n"));
    for (const auto* name : {"start_since", "listen_queue", "max_listen_queue",
                             "listen_queue_length", "idle_processes", "active_processes",
                             "total_processes", "max_active_processes", "slow_requests"}) {
        EXPECT_THAT(text, HasSubstr("phpfpm_" + std::string(name) + labels + " 0\n"));
    }
}

TEST(PhpFpmCollector, CountsItsFailures) {
    const auto collector = php_fpm_collector(
        {"www", {"/nonexistent/fpm.sock", {}}, "/fpm-status", "/fpm-ping"}, core::Millis(1000));
    EXPECT_EQ(collector.name, "php_fpm/www");
    EXPECT_FALSE(collector.collect());
    EXPECT_FALSE(collector.collect());
    const auto text = collector.when_missing().text();
    EXPECT_THAT(text, HasSubstr("phpfpm_up{pool=\"www\",scrape_uri=\"unix:///nonexistent/fpm.sock"
                                ";/fpm-status\"} 0\n"));
    EXPECT_THAT(text, HasSubstr(";/fpm-status\"} 2\n"));
}

TEST(CheckPing, SaysThatNobodyListens) {
    const auto ping =
        check_ping({"www", {"/nonexistent/fpm.sock", {}}, "/s", "/p"}, core::Millis(100));
    ASSERT_FALSE(ping);
    EXPECT_EQ(ping.error().code, ErrorCode::kUnreachable);
    EXPECT_THAT(describe(ping.error()), HasSubstr("pool www"));
}

TEST(ParseStreamAddress, KnowsUnixAndTcp) {
    EXPECT_EQ(adapters::parse_stream_address("unix:/run/a.sock")->unix_path, "/run/a.sock");
    EXPECT_EQ(adapters::parse_stream_address("127.0.0.1:9000")->tcp,
              (core::Address{"127.0.0.1", 9000}));
    EXPECT_EQ(adapters::parse_stream_address("[::1]:9000")->tcp, (core::Address{"::1", 9000}));
    for (const auto* text : {"", "unix:", "9000", ":9000", "localhost:9000", "127.0.0.1:x"}) {
        EXPECT_FALSE(adapters::parse_stream_address(text)) << text;
    }
}

}  // namespace
}  // namespace understudy::exporters

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/nginx/access_record.h"
#include "exporters/nginx/access_totals.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using testing::HasSubstr;
using testing::Not;

core::Result<AccessRecord> parsed(std::string_view line) {
    AccessRecord record;
    if (auto read = read_access_record(line, record); !read) return tl::unexpected(read.error());
    return record;
}

std::string line(const std::string& vhost, const std::string& status,
                 const std::string& seconds = "0.1", const std::string& upstream = "") {
    return R"({"vhost":")" + vhost + R"(","status":")" + status + R"(","bytes":"10","seconds":")" +
           seconds + R"(","upstream_seconds":")" + upstream + "\"}";
}

TEST(AccessRecordTest, ReadsWhatNginxSends) {
    const auto record = parsed(golden("nginx-1.22-access_log.txt"));
    ASSERT_TRUE(record) << describe(record.error());
    EXPECT_EQ(*record, (AccessRecord{"www.foobar.com", 200, 147, 0, 0.0}));
}

TEST(AccessRecordTest, TakesNumbersBlanksAndKeysThatItDoesNotKnow) {
    const auto record = parsed(
        R"(<190>a: { "uri" : "/a\"},{b" , "status" : 404, "bytes":0,"seconds":1.5 ,"vhost":"a"})");
    ASSERT_TRUE(record) << describe(record.error());
    EXPECT_EQ(*record, (AccessRecord{"a", 404, 0, 1.5, std::nullopt}));
}

TEST(AccessRecordTest, AddsUpTheAttemptsAtUpstreams) {
    EXPECT_EQ(parsed(line("a", "200", "1", "-"))->upstream_seconds, std::nullopt);
    EXPECT_EQ(parsed(line("a", "200", "1", "0.250, 0.500 : 1.000"))->upstream_seconds, 1.75);
    EXPECT_EQ(parsed(line("a", "504", "1", "-, 0.500"))->upstream_seconds, 0.5);
}

TEST(AccessRecordTest, UndoesNginxsEscapes) {
    EXPECT_EQ(parsed(line(R"(~^(?<a>\\w+)\"\t\u0001)", "200"))->vhost, "~^(?<a>\\w+)\"\t\x01");
    EXPECT_FALSE(parsed(line(R"(\x)", "200")));
    EXPECT_FALSE(parsed(line(R"(\u12)", "200")));
    EXPECT_FALSE(parsed(line(R"(\u4e2d)", "200")));
}

TEST(AccessRecordTest, NamesWhatIsMissingOrWrong) {
    const auto complaint = [](std::string_view text) {
        const auto record = parsed(text);
        return record ? "" : record.error().detail;
    };
    EXPECT_THAT(complaint("<190>nginx: 127.0.0.1 - - GET /"), HasSubstr("no JSON object"));
    EXPECT_THAT(complaint(line("a", "1000")), HasSubstr("status cannot be 1000"));
    EXPECT_THAT(complaint(line("a", "-1")), HasSubstr("status"));
    EXPECT_THAT(complaint(line("a", "200", "-0.1")), HasSubstr("seconds cannot be -0.1"));
    EXPECT_THAT(complaint(line("a", "200", "inf")), HasSubstr("seconds"));
    EXPECT_THAT(complaint(line("a", "200", "nan")), HasSubstr("seconds"));
    EXPECT_THAT(complaint(line("a", "200", "1", "1e308, 1e308")), HasSubstr("upstream_seconds"));
    EXPECT_THAT(complaint(R"({"vhost":"a","status":"200","seconds":"1"})"), HasSubstr("no bytes"));
    EXPECT_THAT(complaint(R"({"status":"200"})"), HasSubstr("no vhost"));
    for (const auto* text : {"{", "{}", "{\"", "{\"a\"", "{\"a\":", "{\"a\":{}}", "{\"a\":\"\\"}) {
        EXPECT_FALSE(parsed(text)) << text;
    }
}

TEST(AccessRecordTest, BearsDamage) { bears_damage(golden("nginx-1.22-access_log.txt"), parsed); }

TEST(AccessTotalsTest, CountByVirtualHostAndStatus) {
    AccessTotals totals(10);
    for (const auto* status : {"200", "200", "502", "000"}) totals.add_line(line("a", status));
    totals.add_line(line("", "301"));
    const auto text = totals.metrics(7).text();
    EXPECT_THAT(text, HasSubstr("understudy_nginx_responses_total{vhost=\"a\",code=\"200\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("understudy_nginx_responses_total{vhost=\"a\",code=\"502\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("understudy_nginx_responses_total{vhost=\"a\",code=\"000\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("understudy_nginx_responses_total{vhost=\"_\",code=\"301\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("understudy_nginx_response_bytes_total{vhost=\"a\"} 40\n"));
    EXPECT_THAT(text, HasSubstr("understudy_nginx_access_log_lines_total{result=\"counted\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("lines_total{result=\"dropped\"} 7\n"));
    EXPECT_THAT(text, Not(HasSubstr("understudy_nginx_upstream_duration_seconds")))
        << "nobody asked one";
}

TEST(AccessTotalsTest, PutDurationsIntoTheirBuckets) {
    AccessTotals totals(10);
    totals.add_line(line("a", "200", "0.500", "0.250"));
    totals.add_line(line("a", "200", "0.501"));
    totals.add_line(line("a", "200", "60"));
    const auto text = totals.metrics(0).text();
    const std::string requests = "understudy_nginx_request_duration_seconds";
    EXPECT_THAT(text, HasSubstr(requests + "_bucket{vhost=\"a\",le=\"0.25\"} 0\n"));
    EXPECT_THAT(text, HasSubstr(requests + "_bucket{vhost=\"a\",le=\"0.5\"} 1\n"));
    EXPECT_THAT(text, HasSubstr(requests + "_bucket{vhost=\"a\",le=\"1.0\"} 2\n"));
    EXPECT_THAT(text, HasSubstr(requests + "_bucket{vhost=\"a\",le=\"10.0\"} 2\n"));
    EXPECT_THAT(text, HasSubstr(requests + "_bucket{vhost=\"a\",le=\"+Inf\"} 3\n"));
    EXPECT_THAT(text, HasSubstr(requests + "_sum{vhost=\"a\"} 61.001\n"));
    EXPECT_THAT(text, HasSubstr(requests + "_count{vhost=\"a\"} 3\n"));
    EXPECT_THAT(text,
                HasSubstr("understudy_nginx_upstream_duration_seconds_count{vhost=\"a\"} 1\n"));
}

TEST(AccessTotalsTest, AreBoundedWhateverComes) {
    AccessTotals totals(2);
    for (const auto* vhost : {"a", "b", "c", "d", "a"}) totals.add_line(line(vhost, "200"));
    for (int status = 300; status < 400; ++status)
        totals.add_line(line("b", std::to_string(status)));
    const auto text = totals.metrics(0).text();
    EXPECT_THAT(text, HasSubstr("responses_total{vhost=\"a\",code=\"200\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("responses_total{vhost=\"other\",code=\"200\"} 2\n"));
    EXPECT_THAT(text, Not(HasSubstr("vhost=\"c\"")));
    EXPECT_THAT(text, HasSubstr("responses_total{vhost=\"b\",code=\"330\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("responses_total{vhost=\"b\",code=\"other\"} 69\n"));
}

TEST(AccessTotalsTest, CountWhatTheyCannotRead) {
    AccessTotals totals(2);
    totals.add_line("nonsense");
    totals.add_malformed();
    EXPECT_THAT(totals.metrics(0).text(), HasSubstr("lines_total{result=\"malformed\"} 2\n"));
}

}  // namespace
}  // namespace understudy::exporters

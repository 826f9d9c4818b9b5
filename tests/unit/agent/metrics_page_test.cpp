#include "agent/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "adapters/stream/exchange.h"

namespace understudy::agent {
namespace {

using core::Millis;
using testing::HasSubstr;

struct Answer {
    std::string head;
    std::string body;
};

std::string unzipped(const std::string& bytes) {
    constexpr int kGzip = 16;
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + kGzip), Z_OK);
    std::string text(1U << 20U, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

class MetricsPage : public testing::Test {
  protected:
    MetricsPage() {
        scrape_.add_instant([] {
            exporters::MetricPage page;
            page.counter("visits_total", "It.", 7);
            return page;
        });
        serve_metrics(server_, core::HostName("web1"), scrape_);
        EXPECT_TRUE(server_.start());
    }

    Answer get(const std::string& target, const std::string& headers) {
        const auto bytes = adapters::exchange(
            {"", {"127.0.0.1", server_.port()}}, "the server",
            "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n",
            {Millis(20000)});
        EXPECT_TRUE(bytes);
        const auto end = bytes ? bytes->find("\r\n\r\n") : std::string::npos;
        if (end == std::string::npos) return {};
        return {bytes->substr(0, end), bytes->substr(end + 4)};
    }

    exporters::Scrape scrape_;
    adapters::HttpServer server_{{{"127.0.0.1", 0}, {}, {}, 2}};
};

TEST_F(MetricsPage, IsTextUnlessMoreIsAskedFor) {
    const auto answer = get("/metrics", "");
    EXPECT_THAT(answer.head, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8"));
    EXPECT_THAT(answer.body, HasSubstr("# TYPE visits_total counter\nvisits_total 7\n"));
}

TEST_F(MetricsPage, IsOpenMetricsForWhoeverAcceptsIt) {
    const auto answer = get("/metrics", "Accept: application/openmetrics-text;version=1.0.0\r\n");
    EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/openmetrics-text; "
                                       "version=1.0.0; charset=utf-8"));
    EXPECT_THAT(answer.body, HasSubstr("# TYPE visits counter\nvisits_total 7\n"));
    EXPECT_TRUE(answer.body.ends_with("# EOF\n"));
}

TEST_F(MetricsPage, IsCompressedOnceForWhoeverAcceptsIt) {
    for (const std::string accept : {"text/plain", "application/openmetrics-text"}) {
        const auto answer =
            get("/metrics", "Accept: " + accept + "\r\nAccept-Encoding: br, gzip\r\n");
        EXPECT_THAT(answer.head, HasSubstr("Content-Encoding: gzip"));
        EXPECT_THAT(unzipped(answer.body), HasSubstr("visits_total 7\n"));
    }
}

TEST_F(MetricsPage, HasALandingPage) {
    const auto answer = get("/", "");
    EXPECT_THAT(answer.head, HasSubstr("text/html"));
    EXPECT_THAT(answer.body, HasSubstr("<h1>understudy-agent on web1</h1>"));
    EXPECT_THAT(answer.body, HasSubstr("href=\"/metrics\""));
}

}  // namespace
}  // namespace understudy::agent

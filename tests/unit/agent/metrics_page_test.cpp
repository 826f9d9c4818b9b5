#include "agent/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <future>
#include <memory>
#include <semaphore>
#include <vector>

#include "adapters/stream/exchange.h"

namespace understudy::agent {
namespace {

using core::Millis;
using testing::HasSubstr;
using testing::Not;

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

const adapters::HttpServerOptions kAnyPort{{"127.0.0.1", 0}, {}, {}, 8};

class MetricsPage : public testing::Test {
  protected:
    MetricsPage() {
        scrape_.add_instant("visits", [] {
            exporters::MetricPage page;
            page.counter("visits_total", "It.", 7);
            return page;
        });
        scrape_.add({"slow", Millis(20000), [this]() -> core::Result<exporters::MetricPage> {
                         entered_.release();
                         go_.acquire();
                         return exporters::MetricPage();
                     }});
        for (int i = 0; i < 2; ++i) {
            servers_.push_back(std::make_unique<adapters::HttpServer>(kAnyPort));
        }
        serve_metrics(servers_, core::HostName("web1"), scrape_);
        for (const auto& server : servers_) EXPECT_TRUE(server->start());
    }

    // The thread sanitizer does not see into httplib as packaged: its table of methods, which the
    // first request makes, would look unguarded to requests that come together. A server that has
    // ended has shown it to all later ones.
    static void SetUpTestSuite() {
        adapters::HttpServer first(kAnyPort);
        ASSERT_TRUE(first.start());
        EXPECT_THAT(get(first, "/", "").head, HasSubstr(" 404 "));
    }

    static Answer get(const adapters::HttpServer& server, const std::string& target,
                      const std::string& headers) {
        const auto bytes = adapters::exchange(
            {"", {"127.0.0.1", server.port()}}, "the server",
            "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n",
            {Millis(20000)});
        EXPECT_TRUE(bytes);
        const auto end = bytes ? bytes->find("\r\n\r\n") : std::string::npos;
        if (end == std::string::npos) return {};
        return {bytes->substr(0, end), bytes->substr(end + 4)};
    }
    [[nodiscard]] Answer get(const std::string& target, const std::string& headers) const {
        return get(*servers_.front(), target, headers);
    }

    std::counting_semaphore<> entered_{0};
    std::counting_semaphore<> go_{0};
    exporters::Scrape scrape_;
    std::vector<std::unique_ptr<adapters::HttpServer>> servers_;
};

TEST_F(MetricsPage, IsTextUnlessMoreIsAskedFor) {
    const auto answer = get("/metrics?exclude[]=slow", "");
    EXPECT_THAT(answer.head, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8"));
    EXPECT_THAT(answer.body, HasSubstr("# TYPE visits_total counter\nvisits_total 7\n"));
}

TEST_F(MetricsPage, IsOpenMetricsForWhoeverAcceptsIt) {
    const auto answer =
        get("/metrics?exclude[]=slow", "Accept: application/openmetrics-text;version=1.0.0\r\n");
    EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/openmetrics-text; "
                                       "version=1.0.0; charset=utf-8"));
    EXPECT_THAT(answer.body, HasSubstr("# TYPE visits counter\nvisits_total 7\n"));
    EXPECT_TRUE(answer.body.ends_with("# EOF\n"));
}

TEST_F(MetricsPage, IsCompressedOnceForWhoeverAcceptsIt) {
    for (const std::string accept : {"text/plain", "application/openmetrics-text"}) {
        const auto answer = get("/metrics?exclude[]=slow",
                                "Accept: " + accept + "\r\nAccept-Encoding: br, gzip\r\n");
        EXPECT_THAT(answer.head, HasSubstr("Content-Encoding: gzip"));
        EXPECT_THAT(unzipped(answer.body), HasSubstr("visits_total 7\n"));
    }
}

TEST_F(MetricsPage, IsOfTheChosenCollectors) {
    EXPECT_THAT(get("/metrics?collect[]=visits", "").body, HasSubstr("visits_total 7\n"));
    EXPECT_THAT(get("/metrics?exclude%5B%5D=slow&exclude%5B%5D=visits", "").body,
                Not(HasSubstr("visits_total")));
    const auto unknown = get("/metrics?collect[]=cpus", "");
    EXPECT_THAT(unknown.head, HasSubstr(" 400 "));
    EXPECT_EQ(unknown.body, "no collector \"cpus\" runs here; there are: visits, slow\n");
}

TEST_F(MetricsPage, NeverHoldsAllThreadsOfAServer) {
    std::vector<std::future<Answer>> scrapes;
    for (int i = 0; i < 4; ++i) {
        scrapes.push_back(std::async(std::launch::async, [this] { return get("/metrics", ""); }));
    }
    entered_.acquire();
    Answer refused;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (refused.head.find(" 503 ") == std::string::npos &&
           std::chrono::steady_clock::now() < until) {
        refused = get("/metrics?collect[]=visits", "");  // 200 until all four have come
    }
    EXPECT_EQ(refused.body, "too many scrapes at once\n");
    EXPECT_EQ(get(*servers_.back(), "/metrics", "").body, "too many scrapes at once\n");
    EXPECT_THAT(get("/", "").head, HasSubstr(" 200 "));
    go_.release(1 << 10);
    for (auto& scrape : scrapes) EXPECT_THAT(scrape.get().head, HasSubstr(" 200 "));
    EXPECT_THAT(get("/metrics?collect[]=visits", "").head, HasSubstr(" 200 "));
}

TEST_F(MetricsPage, KeepsToTheScrapersTimeOut) {
    const auto answer = get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds: 0.1\r\n");
    EXPECT_THAT(answer.body, HasSubstr("understudy_collector_success{collector=\"slow\"} 0\n"));
    EXPECT_THAT(answer.body, HasSubstr("visits_total 7\n"));
    go_.release(1 << 10);
}

TEST_F(MetricsPage, HasALandingPage) {
    const auto answer = get("/", "");
    EXPECT_THAT(answer.head, HasSubstr("text/html"));
    EXPECT_THAT(answer.body, HasSubstr("<h1>understudy-agent on web1</h1>"));
    EXPECT_THAT(answer.body, HasSubstr("href=\"/metrics\""));
}

}  // namespace
}  // namespace understudy::agent

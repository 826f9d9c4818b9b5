#include "agent/metrics_page.h"

#include <atomic>
#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/gzip.h"
#include "exporters/negotiation.h"

namespace understudy::agent {

namespace {

constexpr core::Millis kDefaultBudget{9000};  // Prometheus' default time-out less the way
constexpr core::Millis kKeptForTheWay{300};
// The rest of the server's threads stays for those who ask for this host's health.
constexpr int kMostScrapes = 4;
constexpr auto kTimeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds";

// One scrape among those that run.
class Turn {
  public:
    explicit Turn(std::atomic<int>& running) : running_(running), before_(running_++) {}
    ~Turn() { --running_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    [[nodiscard]] bool too_many() const { return before_ >= kMostScrapes; }

  private:
    std::atomic<int>& running_;
    const int before_;
};

std::string header_of(const adapters::HttpRequest& request, const char* name) {
    const auto header = request.headers.find(name);
    return header == request.headers.end() ? "" : header->second;
}

core::Millis budget_of(const adapters::HttpRequest& request) {
    double seconds = 0;
    const auto text = header_of(request, kTimeoutHeader);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool sensible = seconds > 0 && seconds <= 600;  // not so for NaN
    if (error != std::errc() || !sensible) return kDefaultBudget;
    const core::Millis whole{static_cast<core::Millis::rep>(seconds * 1000)};
    return whole > 2 * kKeptForTheWay ? whole - kKeptForTheWay : whole / 2;
}

std::vector<std::string> values_of(const adapters::HttpRequest& request, const char* key) {
    std::vector<std::string> values;
    const auto [begin, end] = request.query.equal_range(key);
    for (auto value = begin; value != end; ++value) values.push_back(value->second);
    return values;
}

adapters::HttpResponse metrics_answer(exporters::Scrape& scrape,
                                      const adapters::HttpRequest& request) {
    const exporters::Selection selection{values_of(request, "collect[]"),
                                         values_of(request, "exclude[]")};
    if (const auto good = scrape.check(selection); !good) {
        return {400, "text/plain; charset=utf-8", good.error().detail + "\n", {}};
    }
    const auto format = exporters::accepted_format(header_of(request, "Accept"));
    adapters::HttpResponse response{200,
                                    exporters::content_type(format),
                                    scrape.text({budget_of(request), format, selection}),
                                    {{"Vary", "Accept, Accept-Encoding"}}};
    if (exporters::accepts_gzip(header_of(request, "Accept-Encoding"))) {
        response.body = adapters::gzipped(response.body);
        response.headers["Content-Encoding"] = "gzip";
    }
    return response;
}

std::string landing_page(const core::HostName& host) {
    return "<!doctype html><html lang=\"en\"><meta "
           "charset=\"utf-8\"><title>understudy-agent</title>"
           "<h1>understudy-agent on " +
           host.value +
           "</h1><p>Version " UNDERSTUDY_VERSION
           "</p><ul>"
           "<li><a href=\"/metrics\">metrics</a>"
           "<li><a href=\"/-/healthy\">healthy</a>: the agent runs"
           "<li><a href=\"/-/ready\">ready</a>: every configured service runs and answers"
           "<li><a href=\"/primary\">primary</a>, <a href=\"/replica\">replica</a>, "
           "<a href=\"/backend\">backend</a>: what load balancers ask</ul></html>\n";
}

}  // namespace

void serve_metrics(const std::vector<std::unique_ptr<adapters::HttpServer>>& servers,
                   const core::HostName& host, exporters::Scrape& scrape) {
    const auto running = std::make_shared<std::atomic<int>>(0);
    const auto metrics = [&scrape, running](const adapters::HttpRequest& request) {
        const Turn turn(*running);
        if (turn.too_many()) {
            return adapters::HttpResponse{
                503, "text/plain; charset=utf-8", "too many scrapes at once\n", {}};
        }
        return metrics_answer(scrape, request);
    };
    const auto landing = [page = landing_page(host)](const adapters::HttpRequest&) {
        return adapters::HttpResponse{200, "text/html; charset=utf-8", page, {}};
    };
    for (const auto& server : servers) {
        server->handle("GET", "/metrics", metrics);
        server->handle("GET", "/", landing);
    }
}

}  // namespace understudy::agent

#include "agent/metrics_page.h"

#include <charconv>

#include "adapters/http/gzip.h"
#include "exporters/negotiation.h"

namespace understudy::agent {

namespace {

constexpr core::Millis kDefaultBudget{9000};  // Prometheus' default time-out less the way
constexpr core::Millis kKeptForTheWay{300};
constexpr auto kTimeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds";

std::string header_of(const adapters::HttpRequest& request, const char* name) {
    const auto header = request.headers.find(name);
    return header == request.headers.end() ? "" : header->second;
}

core::Millis budget_of(const adapters::HttpRequest& request) {
    double seconds = 0;
    const auto text = header_of(request, kTimeoutHeader);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || seconds <= 0 || seconds > 600) return kDefaultBudget;
    const core::Millis whole{static_cast<core::Millis::rep>(seconds * 1000)};
    return whole > 2 * kKeptForTheWay ? whole - kKeptForTheWay : whole / 2;
}

adapters::HttpResponse metrics_answer(exporters::Scrape& scrape,
                                      const adapters::HttpRequest& request) {
    const auto format = exporters::accepted_format(header_of(request, "Accept"));
    adapters::HttpResponse response{200,
                                    exporters::content_type(format),
                                    scrape.text(budget_of(request), format),
                                    {{"Vary", "Accept, Accept-Encoding"}}};
    if (exporters::accepts_gzip(header_of(request, "Accept-Encoding"))) {
        response.body = adapters::gzipped(response.body);
        response.headers["Content-Encoding"] = "gzip";
    }
    return response;
}

}  // namespace

void serve_metrics(adapters::HttpServer& server, const core::HostName& host,
                   exporters::Scrape& scrape) {
    server.handle("GET", "/metrics", [&scrape](const adapters::HttpRequest& request) {
        return metrics_answer(scrape, request);
    });
    const std::string page =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>understudy-agent</title>"
        "<h1>understudy-agent on " +
        host.value +
        "</h1><ul>"
        "<li><a href=\"/metrics\">metrics</a>"
        "<li><a href=\"/-/healthy\">healthy</a>: the agent runs"
        "<li><a href=\"/-/ready\">ready</a>: every configured service runs and answers"
        "<li><a href=\"/primary\">primary</a>, <a href=\"/replica\">replica</a>, "
        "<a href=\"/backend\">backend</a>: what load balancers ask</ul></html>\n";
    server.handle("GET", "/", [page](const adapters::HttpRequest&) {
        return adapters::HttpResponse{200, "text/html; charset=utf-8", page, {}};
    });
}

}  // namespace understudy::agent

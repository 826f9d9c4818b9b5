#include "agent/metrics.h"

#include <charconv>

#include "agent/targets.h"
#include "exporters/haproxy/metrics.h"
#include "exporters/nginx/collector.h"

namespace understudy::agent {

namespace {

constexpr core::Millis kCollectorDeadline{2000};
constexpr core::Millis kDefaultBudget{9000};  // Prometheus' default time-out less the way
constexpr core::Millis kKeptForTheWay{300};
constexpr auto kTimeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds";

core::Millis budget_of(const adapters::HttpRequest& request) {
    const auto header = request.headers.find(kTimeoutHeader);
    if (header == request.headers.end()) return kDefaultBudget;
    double seconds = 0;
    const auto& text = header->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || seconds <= 0 || seconds > 600) return kDefaultBudget;
    const core::Millis whole{static_cast<core::Millis::rep>(seconds * 1000)};
    return whole > 2 * kKeptForTheWay ? whole - kKeptForTheWay : whole / 2;
}

}  // namespace

core::Result<void> add_collectors(const AgentConfig& config, const ReportBoard& board,
                                  exporters::Scrape& scrape) {
    static_cast<void>(board);
    if (config.nginx) {
        const auto url = exporters::parse_http_url(config.nginx->status_url);
        if (!url) return tl::unexpected<core::Error>(url.error());
        scrape.add(exporters::nginx_collector(*url, kCollectorDeadline));
    }
    if (config.php_fpm) {
        const auto pools = pool_targets(*config.php_fpm);
        if (!pools) return tl::unexpected<core::Error>(pools.error());
        for (const auto& pool : *pools) {
            scrape.add(exporters::php_fpm_collector(pool, kCollectorDeadline));
        }
    }
    if (config.haproxy) {
        scrape.add(exporters::haproxy_collector(config.haproxy->socket, kCollectorDeadline));
    }
    return {};
}

void serve_metrics(adapters::HttpServer& server, const core::HostName& host,
                   exporters::Scrape& scrape) {
    server.handle("GET", "/metrics", [&scrape](const adapters::HttpRequest& request) {
        return adapters::HttpResponse{
            200, "text/plain; version=0.0.4; charset=utf-8", scrape.text(budget_of(request)), {}};
    });
    const std::string page =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>understudy-agent</title>"
        "<h1>understudy-agent on " + host.value + "</h1><ul>"
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

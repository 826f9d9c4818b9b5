#include "agent/web_part.h"

#include <list>
#include <optional>
#include <utility>

#include "adapters/process/process_watch.h"
#include "agent/backend_check.h"
#include "agent/loop.h"
#include "agent/targets.h"
#include "exporters/nginx/collector.h"
#include "exporters/php_fpm/pool.h"

namespace understudy::agent {

namespace {

using core::Result;

constexpr core::Millis kRoundEvery{250};
constexpr int kGood = 200;

struct Expected {
    int status = kGood;
    core::Millis within{};
};

Result<void> expect_answer(adapters::HttpClient& client, const std::string& target,
                           const Expected& expected) {
    const auto response = client.get(target, expected.within);
    if (!response) return tl::unexpected<core::Error>(response.error());
    if (response->status == expected.status) return {};
    return core::failure(core::ErrorCode::kRefused, "GET " + target,
                         "status " + std::to_string(response->status) + ", expected " +
                             std::to_string(expected.status));
}

Result<BackendCheck::Probe> http_probe(const std::string& name, const std::string& url,
                                       const Expected& expected) {
    const auto parsed = exporters::parse_http_url(url);
    if (!parsed) return tl::unexpected<core::Error>(parsed.error());
    const auto client = std::make_shared<adapters::HttpClient>(
        adapters::HttpClientOptions{.server = parsed->server, .tls = {}});
    return BackendCheck::Probe{name, [client, target = parsed->target, expected] {
                                   return expect_answer(*client, target, expected);
                               }};
}

Result<std::vector<BackendCheck::Probe>> probes_of(const AgentConfig& config) {
    std::vector<BackendCheck::Probe> probes;
    const auto& whole = config.backend_check;
    const auto add_http = [&](const std::string& name, const std::string& url, int status) {
        auto probe = http_probe(name, url, {status, whole.timeout});
        if (probe) probes.push_back(std::move(*probe));
        return probe ? Result<void>{} : tl::unexpected<core::Error>(probe.error());
    };
    if (config.nginx) {
        auto added = add_http("nginx", config.nginx->status_url, kGood);
        if (!added) return tl::unexpected<core::Error>(added.error());
    }
    if (config.php_fpm) {
        auto pools = pool_targets(*config.php_fpm);
        if (!pools) return tl::unexpected<core::Error>(pools.error());
        for (const auto& pool : *pools) {
            probes.push_back({"php-fpm pool " + pool.name, [pool, within = whole.timeout] {
                                  return exporters::check_ping(pool, within);
                              }});
        }
    }
    if (!whole.http_url.empty()) {
        auto added = add_http("application", whole.http_url, whole.expect_status);
        if (!added) return tl::unexpected<core::Error>(added.error());
    }
    return probes;
}

}  // namespace

struct WebPart::Parts {
    AgentConfig config;
    ReportBoard& board;
    std::optional<BackendCheck> check;
    std::optional<Loop> rounds;
    std::list<adapters::PidfdWatch> watches;
};

WebPart::WebPart(const AgentConfig& config, ReportBoard& board)
    : parts_(new Parts{config, board, {}, {}, {}}) {}

WebPart::~WebPart() {
    parts_->watches.clear();
    parts_->rounds.reset();
}

Result<void> WebPart::start() {
    auto& parts = *parts_;
    auto probes = probes_of(parts.config);
    if (!probes) return tl::unexpected<core::Error>(probes.error());
    std::vector<std::string> services;
    if (parts.config.nginx) services.push_back(parts.config.nginx->process);
    if (parts.config.php_fpm) services.push_back(parts.config.php_fpm->process);
    parts.check.emplace(services, std::move(*probes), parts.board);
    parts.rounds.emplace([&parts] {
        parts.check->run();
        return kRoundEvery;
    });
    for (const auto& service : services) {
        parts.watches.emplace_back(
            service, ports::ProcessEvents{[&parts, service](core::WallTime) {
                                              parts.check->service_changed(service, false);
                                          },
                                          [&parts, service](std::uint64_t, core::WallTime) {
                                              parts.check->service_changed(service, true);
                                              parts.rounds->wake();
                                          }});
    }
    return {};
}

Result<void> WebPart::reload(const AgentConfig& config) {
    auto probes = probes_of(config);
    if (!probes) return tl::unexpected<core::Error>(probes.error());
    parts_->check->replace_probes(std::move(*probes));
    return {};
}

}  // namespace understudy::agent

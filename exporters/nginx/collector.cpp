#include "exporters/nginx/collector.h"

#include <memory>

#include "adapters/http/http.h"
#include "exporters/nginx/stub_status.h"
#include "exporters/text_fields.h"

namespace understudy::exporters {

using core::ErrorCode;
using core::failure;
using core::Result;

Result<HttpUrl> parse_http_url(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    constexpr std::uint16_t kDefaultPort = 80;
    const auto invalid = [&] {
        return failure(ErrorCode::kInvalid, "read the URL " + std::string(url),
                       "it is not of the form http://host[:port]/path");
    };
    if (!url.starts_with(kScheme)) return invalid();
    const auto rest = url.substr(kScheme.size());
    const auto server = rest.substr(0, rest.find('/'));
    const auto target = rest.substr(server.size());
    HttpUrl result{{std::string(server), kDefaultPort}, target.empty() ? "/" : std::string(target)};
    const auto colon = server.rfind(':');
    if (colon != std::string_view::npos && !server.ends_with(']')) {
        const auto port = number_from<std::uint16_t>(server.substr(colon + 1));
        if (!port) return invalid();
        result.server = {std::string(server.substr(0, colon)), *port};
    }
    if (result.server.host.empty() || result.server.port == 0) return invalid();
    return result;
}

Collector nginx_collector(const HttpUrl& status_url, core::Millis deadline) {
    auto client =
        std::make_shared<adapters::HttpClient>(adapters::HttpClientOptions{status_url.server, {}});
    // A tenth is left for what comes after the answer.
    const auto patience = deadline - deadline / 10;
    auto collect = [client, target = status_url.target, patience]() -> Result<MetricPage> {
        auto response = client->get(target, patience);
        if (!response) return tl::unexpected(response.error());
        if (response->status != 200) {
            return failure(ErrorCode::kRefused, "read Nginx' status",
                           "HTTP status " + std::to_string(response->status) + " for " + target);
        }
        return parse_stub_status(response->body).map(nginx_metrics);
    };
    return {"nginx", deadline, std::move(collect), nginx_missing};
}

}  // namespace understudy::exporters

// The Nginx collector: asks stub_status over HTTP.
#pragma once

#include <string>

#include "core/cluster.h"
#include "core/result.h"
#include "exporters/scrape.h"

namespace understudy::exporters {

struct HttpUrl {
    core::Address server;
    std::string target;  // path and query, "/" at least
};

// "http://host[:port]/path". kInvalid otherwise.
core::Result<HttpUrl> parse_http_url(std::string_view url);

Collector nginx_collector(const HttpUrl& status_url, core::Millis deadline);

}  // namespace understudy::exporters

// The agent's /metrics over HTTP, and the landing page that leads to it.
//
// In the text format or OpenMetrics, plain or gzip, as the scraper accepts; within the time-out it
// names in X-Prometheus-Scrape-Timeout-Seconds, or 9 s. `collect[]` and `exclude[]` in the query
// choose collectors by name. Of more than 4 scrapes at once, on whichever server, the rest gets
// 503.
#pragma once

#include <memory>
#include <vector>

#include "adapters/http/http.h"
#include "core/identity.h"
#include "exporters/scrape.h"

namespace understudy::agent {

// The scrape must outlive the servers.
void serve_metrics(const std::vector<std::unique_ptr<adapters::HttpServer>>& servers,
                   const core::HostName& host, exporters::Scrape& scrape);

}  // namespace understudy::agent

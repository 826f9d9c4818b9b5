// Nginx' own counters: its stub_status page (nginx.org, "Module ngx_http_stub_status_module").
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct StubStatus {
    std::uint64_t active = 0;
    std::uint64_t accepted = 0;
    std::uint64_t handled = 0;
    std::uint64_t requests = 0;
    std::uint64_t reading = 0;
    std::uint64_t writing = 0;
    std::uint64_t waiting = 0;
    bool operator==(const StubStatus&) const = default;
};

// kInvalid: not a stub_status page.
core::Result<StubStatus> parse_stub_status(std::string_view text);

// The names of nginx-prometheus-exporter, nginx_up 1 among them.
MetricPage nginx_metrics(const StubStatus& status);
// Nginx does not answer: nginx_up 0.
MetricPage nginx_missing();

}  // namespace understudy::exporters

#include "exporters/nginx/access_totals.h"

#include <algorithm>
#include <limits>

namespace understudy::exporters {
namespace {

constexpr std::string_view kOther = "other";
// As Nginx' documentation names a server without a name.
constexpr std::string_view kUnnamed = "_";
constexpr std::size_t kMostStatuses = 32;

// As Nginx writes it.
std::string status_text(std::uint16_t status) {
    auto text = std::to_string(status);
    text.insert(0, text.size() < 3 ? 3 - text.size() : 0, '0');
    return text;
}

void add_answers(MetricPage& page, const std::string& vhost, const std::string& code,
                 std::uint64_t count) {
    page.counter("understudy_nginx_responses_total",
                 "Requests that Nginx finished, by the status of the answer (499: the client did "
                 "not wait for it; 000: it went before there was one).",
                 static_cast<double>(count), {{"vhost", vhost}, {"code", code}});
}

}  // namespace

void DurationHistogram::add(double seconds) {
    const auto* const bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
    ++counts_[static_cast<std::size_t>(bound - kBounds.begin())];
    sum_ += seconds;
}

HistogramValue DurationHistogram::value() const {
    HistogramValue value;
    value.sum = sum_;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        value.count += counts_[i];
        const auto bound =
            i < kBounds.size() ? kBounds[i] : std::numeric_limits<double>::infinity();
        value.buckets.push_back({bound, value.count});
    }
    return value;
}

AccessTotals::Vhost& AccessTotals::vhost_of(std::string_view name) {
    const auto known = vhosts_.find(name);
    if (known != vhosts_.end()) return known->second;
    const bool is_room = vhosts_.size() - vhosts_.count(kOther) < most_vhosts_;
    return vhosts_[std::string(is_room ? name : kOther)];
}

void AccessTotals::add_line(std::string_view line) {
    if (!read_access_record(line, record_)) {
        ++malformed_;
        return;
    }
    ++counted_;
    auto& vhost = vhost_of(record_.vhost.empty() ? kUnnamed : std::string_view(record_.vhost));
    const auto status = vhost.by_status.find(record_.status);
    if (status != vhost.by_status.end()) {
        ++status->second;
    } else if (vhost.by_status.size() < kMostStatuses) {
        vhost.by_status[record_.status] = 1;
    } else {
        ++vhost.other_statuses;
    }
    vhost.bytes += record_.bytes;
    vhost.requests.add(record_.seconds);
    if (!record_.upstream_seconds) return;
    vhost.has_upstreams = true;
    vhost.upstreams.add(*record_.upstream_seconds);
}

void AccessTotals::add_vhost(MetricPage& page, const std::string& name, const Vhost& vhost) {
    const Labels labels{{"vhost", name}};
    for (const auto& [status, count] : vhost.by_status) {
        add_answers(page, name, status_text(status), count);
    }
    if (vhost.other_statuses > 0)
        add_answers(page, name, std::string(kOther), vhost.other_statuses);
    page.counter("understudy_nginx_response_bytes_total",
                 "Bytes that Nginx sent to clients, headers among them.",
                 static_cast<double>(vhost.bytes), labels);
    page.histogram("understudy_nginx_request_duration_seconds",
                   "How long requests took Nginx, from their first byte to the answer's last.",
                   vhost.requests.value(), labels);
    if (!vhost.has_upstreams) return;
    page.histogram("understudy_nginx_upstream_duration_seconds",
                   "How long upstreams (PHP-FPM) took for requests that asked one, all attempts of "
                   "a request together.",
                   vhost.upstreams.value(), labels);
}

MetricPage AccessTotals::metrics(std::uint64_t dropped) const {
    MetricPage page;
    for (const auto& [name, vhost] : vhosts_) add_vhost(page, name, vhost);
    constexpr auto kLines = "understudy_nginx_access_log_lines_total";
    constexpr auto kLinesHelp =
        "Lines of Nginx' access log that came: counted, malformed (not of the log_format that is "
        "asked for, or cut short), or dropped by the kernel before they could be read, so that "
        "the figures of the virtual hosts are too low by them.";
    const auto lines = [&](const char* result, std::uint64_t count) {
        page.counter(kLines, kLinesHelp, static_cast<double>(count), {{"result", result}});
    };
    lines("counted", counted_);
    lines("malformed", malformed_);
    lines("dropped", dropped);
    return page;
}

}  // namespace understudy::exporters

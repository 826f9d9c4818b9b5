// What Nginx' access log adds up to, by virtual host: answers by status code, bytes, and how long
// requests and their upstreams took.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exporters/metric_page.h"
#include "exporters/nginx/access_record.h"

namespace understudy::exporters {

// Counts of durations, by the bounds of Prometheus' client libraries (5 ms to 10 s).
class DurationHistogram {
  public:
    void add(double seconds);
    [[nodiscard]] HistogramValue value() const;

  private:
    static constexpr std::array kBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                        0.5,   1.0,  2.5,   5.0,  10.0};
    std::array<std::uint64_t, kBounds.size() + 1> counts_{};
    double sum_ = 0;
};

// Bounded in memory whatever comes: at most `most_vhosts` hosts and the first 32 codes of each
// have their own figures, the rest is together under "other".
class AccessTotals {
  public:
    explicit AccessTotals(std::size_t most_vhosts) : most_vhosts_(most_vhosts) {}

    // Hosts that have their own figures keep them.
    void limit_vhosts(std::size_t most) { most_vhosts_ = most; }
    // One datagram: counted, or counted as malformed.
    void add_line(std::string_view line);
    // A datagram that is known not to be whole.
    void add_malformed() { ++malformed_; }

    // `dropped`: datagrams that the kernel threw away, because nobody fetched them in time.
    [[nodiscard]] MetricPage metrics(std::uint64_t dropped) const;

  private:
    struct Vhost {
        std::map<std::uint16_t, std::uint64_t> by_status;
        std::uint64_t other_statuses = 0;
        std::uint64_t bytes = 0;
        DurationHistogram requests;
        DurationHistogram upstreams;
        bool has_upstreams = false;
    };

    Vhost& vhost_of(std::string_view name);
    static void add_vhost(MetricPage& page, const std::string& name, const Vhost& vhost);

    std::size_t most_vhosts_;
    std::map<std::string, Vhost, std::less<>> vhosts_;
    AccessRecord record_;  // of the last line
    std::uint64_t counted_ = 0;
    std::uint64_t malformed_ = 0;
};

}  // namespace understudy::exporters

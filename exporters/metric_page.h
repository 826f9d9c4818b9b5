// A page of metric families, built sample by sample, families with one name merged.
//
// Invariants: family names and label names are valid (other characters become '_'); label values
// and help texts are valid UTF-8 and help texts are escaped, so that no foreign byte can spoil the
// page for the reader. A family keeps the type of its first sample.
#pragma once

#include <prometheus/metric_family.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::exporters {

using Labels = std::vector<prometheus::ClientMetric::Label>;

class MetricPage {
  public:
    void gauge(std::string_view name, std::string_view help, double value, Labels labels = {});
    void counter(std::string_view name, std::string_view help, double value, Labels labels = {});
    void untyped(std::string_view name, std::string_view help, double value, Labels labels = {});
    // Buckets are cumulative and end with +Inf.
    void histogram(std::string_view name, std::string_view help,
                   prometheus::ClientMetric::Histogram value, Labels labels = {});

    void append(MetricPage other);

    [[nodiscard]] const std::vector<prometheus::MetricFamily>& families() const {
        return families_;
    }
    // The page in Prometheus' text format 0.0.4, by prometheus-cpp.
    [[nodiscard]] std::string text() const;

  private:
    prometheus::MetricFamily& family(std::string_view name, std::string_view help,
                                     prometheus::MetricType type);
    void add(std::string_view name, std::string_view help, prometheus::MetricType type,
             double value, Labels labels);

    std::vector<prometheus::MetricFamily> families_;
    std::map<std::string, std::size_t, std::less<>> index_;
};

// `text` with each byte that a metric name cannot hold replaced by '_'.
std::string name_from(std::string_view text);

// `text` with each byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace understudy::exporters

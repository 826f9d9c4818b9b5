// A page of metric families, built sample by sample, families with one name merged.
//
// Invariants: family names and label names are valid (other characters become '_'); label values
// and help texts are valid UTF-8 and escaped, so that no foreign byte can spoil the page for the
// reader. A family keeps the type of its first sample.
//
// A sample is written out when it is added, all of a page into one text (metric_content.h): a page
// costs its text and little more. Pages are put together only in the text (text_of).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/labels.h"

namespace understudy::exporters {

enum class MetricType : std::uint8_t { kGauge, kCounter, kUntyped, kHistogram };

struct MetricContent;

struct HistogramBucket {
    double upper_bound = 0;
    std::uint64_t cumulative_count = 0;
};

struct HistogramValue {
    std::uint64_t count = 0;
    double sum = 0;
    std::vector<HistogramBucket> buckets;  // the last one's bound is +Inf
};

// Prometheus' text format 0.0.4, and OpenMetrics 1.0.0.
enum class MetricFormat : std::uint8_t { kText, kOpenMetrics };

class MetricPage {
  public:
    void gauge(std::string_view name, std::string_view help, double value,
               const Labels& labels = {});
    void counter(std::string_view name, std::string_view help, double value,
                 const Labels& labels = {});
    void untyped(std::string_view name, std::string_view help, double value,
                 const Labels& labels = {});
    void histogram(std::string_view name, std::string_view help, const HistogramValue& value,
                   const Labels& labels = {});

    void append(const MetricPage& other);

    // A page that was moved from may only be assigned to, or destroyed.
    MetricPage();
    ~MetricPage();
    MetricPage(MetricPage&&) noexcept;
    MetricPage& operator=(MetricPage&&) noexcept;
    MetricPage(const MetricPage& other);
    MetricPage& operator=(const MetricPage& other);

    [[nodiscard]] std::string text(MetricFormat format = MetricFormat::kText) const;
    [[nodiscard]] const MetricContent& content() const { return *content_; }

  private:
    void add(std::string_view name, std::string_view help, MetricType type, double value,
             const Labels& labels);

    std::unique_ptr<MetricContent> content_;
};

using MetricPages = std::vector<std::shared_ptr<const MetricPage>>;

// All pages as one, families with one name merged as in a page. In OpenMetrics a counter whose name
// does not end in "_total" is "unknown": its samples keep the names that they have in the text
// format.
std::string text_of(const MetricPages& pages, MetricFormat format = MetricFormat::kText);

// `text` with each byte that a metric name cannot hold replaced by '_'.
std::string name_from(std::string_view text);

// `text` with each byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

// As both formats write a number: the shortest that reads back the same; "NaN", "+Inf", "-Inf".
std::string number_text(double value);

}  // namespace understudy::exporters

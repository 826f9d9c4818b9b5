#include "exporters/metric_page.h"

#include <array>
#include <charconv>
#include <cmath>

#include "exporters/metric_content.h"

namespace understudy::exporters {
namespace {

bool belongs_in_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
}

// Whole numbers without an exponent: they are what most samples are, and easier to read.
void append_number(std::string& out, double value) {
    constexpr double kExactly = 1e15;
    std::array<char, 32> text{};
    auto* const begin = text.data();
    auto* const end = begin + text.size();
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else if (std::abs(value) < kExactly && value == std::trunc(value)) {
        out.append(begin, std::to_chars(begin, end, static_cast<std::int64_t>(value)).ptr);
    } else {
        out.append(begin, std::to_chars(begin, end, value).ptr);
    }
}

// `le`: of a bucket; empty for other samples.
void append_sample(std::string& out, std::string_view name, std::string_view suffix,
                   const Labels& labels, std::string_view le, double value) {
    const std::string_view text = labels.text();
    out.append(name).append(suffix);
    if (!text.empty() || !le.empty()) {
        out += '{';
        out.append(text);
        if (!le.empty()) out.append(text.empty() ? "le=\"" : ",le=\"").append(le).append("\"");
        out += '}';
    }
    out += ' ';
    append_number(out, value);
    out += '\n';
}

// OpenMetrics wants a decimal point in bounds; both formats take it.
std::string bound_text(double bound) {
    auto text = number_text(bound);
    if (text.find_first_not_of("0123456789-") == std::string::npos) text += ".0";
    return text;
}

}  // namespace

std::string number_text(double value) {
    std::string text;
    append_number(text, value);
    return text;
}

std::string name_from(std::string_view text) {
    std::string name(text);
    for (char& c : name) {
        if (!belongs_in_a_name(c)) c = '_';
    }
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) name.insert(0, 1, '_');
    return name;
}

MetricPage::MetricPage() : content_(std::make_unique<MetricContent>()) {}
MetricPage::~MetricPage() = default;
MetricPage::MetricPage(MetricPage&&) noexcept = default;
MetricPage& MetricPage::operator=(MetricPage&&) noexcept = default;
MetricPage::MetricPage(const MetricPage& other) : MetricPage() { append(other); }
MetricPage& MetricPage::operator=(const MetricPage& other) { return *this = MetricPage(other); }

void MetricPage::add(std::string_view name, std::string_view help, MetricType type, double value,
                     const Labels& labels) {
    auto& into = content_->family(name, help, type);
    if (into.type == MetricType::kHistogram) return;  // the name belongs to another type
    const auto begin = content_->samples.size();
    append_sample(content_->samples, into.name, "", labels, "", value);
    content_->take(into, begin);
}

void MetricPage::gauge(std::string_view name, std::string_view help, double value,
                       const Labels& labels) {
    add(name, help, MetricType::kGauge, value, labels);
}

void MetricPage::counter(std::string_view name, std::string_view help, double value,
                         const Labels& labels) {
    add(name, help, MetricType::kCounter, value, labels);
}

void MetricPage::untyped(std::string_view name, std::string_view help, double value,
                         const Labels& labels) {
    add(name, help, MetricType::kUntyped, value, labels);
}

void MetricPage::histogram(std::string_view name, std::string_view help,
                           const HistogramValue& value, const Labels& labels) {
    auto& into = content_->family(name, help, MetricType::kHistogram);
    if (into.type != MetricType::kHistogram) return;  // the name belongs to another type
    auto& out = content_->samples;
    const auto begin = out.size();
    for (const auto& bucket : value.buckets) {
        append_sample(out, into.name, "_bucket", labels, bound_text(bucket.upper_bound),
                      static_cast<double>(bucket.cumulative_count));
    }
    append_sample(out, into.name, "_sum", labels, "", value.sum);
    append_sample(out, into.name, "_count", labels, "", static_cast<double>(value.count));
    content_->take(into, begin);
}

void MetricPage::append(const MetricPage& other) {
    for (const auto& from : other.content_->families) {
        auto& into = content_->family(from.name, from.help, from.type);
        if (into.type != from.type) continue;
        const auto begin = content_->samples.size();
        other.content_->visit_runs(from, [&](auto lines) { content_->samples.append(lines); });
        content_->take(into, begin);
    }
}

std::string MetricPage::text(MetricFormat format) const {
    // Not owned: it is there as long as it is needed.
    return text_of({std::shared_ptr<const MetricPage>(std::shared_ptr<const MetricPage>(), this)},
                   format);
}

}  // namespace understudy::exporters

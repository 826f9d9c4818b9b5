#include "exporters/metric_page.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace understudy::exporters {
namespace {

constexpr std::string_view kTotal = "_total";

bool belongs_in_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
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
    out.append(name).append(suffix);
    char before = '{';
    for (const auto& label : labels) {
        out += before;
        out.append(label.name).append("=\"");
        append_escaped(out, valid_utf8(label.value), true);
        out += '"';
        before = ',';
    }
    if (!le.empty()) {
        out += before;
        out.append("le=\"").append(le).append("\"");
        before = ',';
    }
    if (before == ',') out += '}';
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

const char* type_text(MetricType type, MetricFormat format) {
    switch (type) {
        case MetricType::kGauge:
            return "gauge";
        case MetricType::kCounter:
            return "counter";
        case MetricType::kHistogram:
            return "histogram";
        case MetricType::kUntyped:
            break;
    }
    return format == MetricFormat::kText ? "untyped" : "unknown";
}

void append_heading(std::string& out, std::string_view name, std::string_view help, MetricType type,
                    MetricFormat format) {
    out.append("# HELP ").append(name).append(" ");
    append_escaped(out, help, format == MetricFormat::kOpenMetrics);
    out.append("\n# TYPE ").append(name).append(" ").append(type_text(type, format)).append("\n");
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

MetricFamily& MetricPage::family(std::string_view name, std::string_view help, MetricType type) {
    if (const auto found = index_.find(name); found != index_.end()) {
        return families_[found->second];
    }
    auto valid = name_from(name);
    const auto [entry, is_new] = index_.try_emplace(valid, families_.size());
    if (is_new) families_.push_back({std::move(valid), valid_utf8(help), type, {}});
    return families_[entry->second];
}

void MetricPage::add(std::string_view name, std::string_view help, MetricType type, double value,
                     const Labels& labels) {
    auto& into = family(name, help, type);
    if (into.type == MetricType::kHistogram) return;  // the name belongs to another type
    append_sample(into.samples, into.name, "", labels, "", value);
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
    auto& into = family(name, help, MetricType::kHistogram);
    if (into.type != MetricType::kHistogram) return;  // the name belongs to another type
    for (const auto& bucket : value.buckets) {
        append_sample(into.samples, into.name, "_bucket", labels, bound_text(bucket.upper_bound),
                      static_cast<double>(bucket.cumulative_count));
    }
    append_sample(into.samples, into.name, "_sum", labels, "", value.sum);
    append_sample(into.samples, into.name, "_count", labels, "", static_cast<double>(value.count));
}

void MetricPage::append(const MetricPage& other) {
    for (const auto& from : other.families_) {
        const auto [entry, is_new] = index_.try_emplace(from.name, families_.size());
        if (is_new) {
            families_.push_back(from);
            continue;
        }
        auto& into = families_[entry->second];
        if (into.type == from.type) into.samples += from.samples;
    }
}

std::string MetricPage::text(MetricFormat format) const {
    std::size_t size = 0;
    for (const auto& family : families_) {
        size += family.samples.size() + family.help.size() + 2 * family.name.size() + 32;
    }
    std::string out;
    out.reserve(size);
    for (const auto& family : families_) {
        std::string_view name = family.name;
        auto type = family.type;
        if (format == MetricFormat::kOpenMetrics && type == MetricType::kCounter) {
            const bool total = name.size() > kTotal.size() && name.ends_with(kTotal);
            const auto stem = total ? name.substr(0, name.size() - kTotal.size()) : "";
            type = total && !index_.contains(stem) ? type : MetricType::kUntyped;
            name = type == MetricType::kCounter ? stem : name;
        }
        append_heading(out, name, family.help, type, format);
        out += family.samples;
    }
    if (format == MetricFormat::kOpenMetrics) out += "# EOF\n";
    return out;
}

}  // namespace understudy::exporters

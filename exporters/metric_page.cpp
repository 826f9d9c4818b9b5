#include "exporters/metric_page.h"

#include <prometheus/text_serializer.h>

#include <array>
#include <cmath>
#include <sstream>
#include <utility>

namespace understudy::exporters {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

bool belongs_in_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
}

// prometheus-cpp prints the help as it is.
std::string escaped_help(std::string_view help) {
    std::string escaped;
    for (const char c : valid_utf8(help)) {
        if (c == '\\') {
            escaped += "\\\\";
        } else if (c == '\n') {
            escaped += "\\n";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

void set_value(ClientMetric& metric, MetricType type, double value) {
    if (type == MetricType::Counter) {
        metric.counter.value = value;
    } else if (type == MetricType::Gauge) {
        metric.gauge.value = value;
    } else {
        metric.untyped.value = value;
    }
}

// How many bytes the character at the front takes; 0 where it is not valid UTF-8 (RFC 3629).
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    }
    const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

// prometheus-cpp prints "Nan"; the format says "NaN". No newline can be inside a label, so a sample
// whose value this is ends its line with it.
void correct_nan(std::string& text) {
    constexpr std::string_view kWrong = " Nan\n";
    for (auto at = text.find(kWrong); at != std::string::npos; at = text.find(kWrong, at + 1)) {
        text[at + 3] = 'N';
    }
}

}  // namespace

std::string name_from(std::string_view text) {
    std::string name(text);
    for (char& c : name) {
        if (!belongs_in_a_name(c)) c = '_';
    }
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) name.insert(0, 1, '_');
    return name;
}

std::string valid_utf8(std::string_view text) {
    constexpr auto kReplacement = "\xEF\xBF\xBD";
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const auto length = character_length(text);
        if (length == 0) {
            valid += kReplacement;
            text.remove_prefix(1);
        } else {
            valid.append(text.substr(0, length));
            text.remove_prefix(length);
        }
    }
    return valid;
}

MetricFamily& MetricPage::family(std::string_view name, std::string_view help, MetricType type) {
    if (const auto found = index_.find(name); found != index_.end()) {
        return families_[found->second];
    }
    auto valid = name_from(name);
    const auto [entry, is_new] = index_.try_emplace(valid, families_.size());
    if (is_new) families_.push_back({std::move(valid), escaped_help(help), type, {}});
    return families_[entry->second];
}

void MetricPage::add(std::string_view name, std::string_view help, MetricType type, double value,
                     Labels labels) {
    auto& into = family(name, help, type);
    ClientMetric metric;
    for (auto& label : labels) label.value = valid_utf8(label.value);
    metric.label = std::move(labels);
    set_value(metric, into.type, value);
    into.metric.push_back(std::move(metric));
}

void MetricPage::gauge(std::string_view name, std::string_view help, double value, Labels labels) {
    add(name, help, MetricType::Gauge, value, std::move(labels));
}

void MetricPage::counter(std::string_view name, std::string_view help, double value,
                         Labels labels) {
    add(name, help, MetricType::Counter, value, std::move(labels));
}

void MetricPage::untyped(std::string_view name, std::string_view help, double value,
                         Labels labels) {
    add(name, help, MetricType::Untyped, value, std::move(labels));
}

void MetricPage::histogram(std::string_view name, std::string_view help,
                           ClientMetric::Histogram value, Labels labels) {
    auto& into = family(name, help, MetricType::Histogram);
    if (into.type != MetricType::Histogram) return;  // the name belongs to another type
    ClientMetric metric;
    for (auto& label : labels) label.value = valid_utf8(label.value);
    metric.label = std::move(labels);
    metric.histogram = std::move(value);
    into.metric.push_back(std::move(metric));
}

void MetricPage::append(MetricPage other) {
    for (auto& from : other.families_) {
        const auto [entry, is_new] = index_.try_emplace(from.name, families_.size());
        if (is_new) {
            families_.push_back(std::move(from));
            continue;
        }
        auto& into = families_[entry->second];
        if (into.type != from.type) continue;
        into.metric.insert(into.metric.end(), std::make_move_iterator(from.metric.begin()),
                           std::make_move_iterator(from.metric.end()));
    }
}

std::string MetricPage::text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_);
    auto text = std::move(out).str();
    correct_nan(text);
    return text;
}

}  // namespace understudy::exporters

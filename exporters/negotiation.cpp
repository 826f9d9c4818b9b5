#include "exporters/negotiation.h"

#include <algorithm>
#include <cctype>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// Removes the part before `separator` and returns it.
std::string_view take_part(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const auto part = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

bool same_token(std::string_view left, std::string_view right) {
    return std::equal(
        left.begin(), left.end(), right.begin(), right.end(),
        [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

struct Wanted {
    std::string_view what;
    std::string_view version;
    double weight = 1;
};

Wanted read_wanted(std::string_view element) {
    Wanted wanted{take_part(element, ';'), "", 1};
    while (!element.empty()) {
        auto value = take_part(element, ';');
        const auto key = take_part(value, '=');
        if (same_token(key, "q")) wanted.weight = number_from<double>(value).value_or(0);
        if (same_token(key, "version")) wanted.version = value;
    }
    return wanted;
}

bool is_open_metrics(const Wanted& wanted) {
    return same_token(wanted.what, "application/openmetrics-text") &&
           (wanted.version.empty() || wanted.version == "1.0.0");
}

bool is_text(const Wanted& wanted) {
    return same_token(wanted.what, "text/plain") || wanted.what == "text/*" || wanted.what == "*/*";
}

}  // namespace

MetricFormat accepted_format(std::string_view accept) {
    double open_metrics = 0;
    double text = 0;
    while (!accept.empty()) {
        const auto wanted = read_wanted(take_part(accept, ','));
        if (is_open_metrics(wanted)) open_metrics = std::max(open_metrics, wanted.weight);
        if (is_text(wanted)) text = std::max(text, wanted.weight);
    }
    return open_metrics > 0 && open_metrics >= text ? MetricFormat::kOpenMetrics
                                                    : MetricFormat::kText;
}

bool accepts_gzip(std::string_view accept_encoding) {
    while (!accept_encoding.empty()) {
        const auto wanted = read_wanted(take_part(accept_encoding, ','));
        if (same_token(wanted.what, "gzip")) return wanted.weight > 0;
    }
    return false;
}

std::string content_type(MetricFormat format) {
    return format == MetricFormat::kOpenMetrics
               ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
               : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace understudy::exporters

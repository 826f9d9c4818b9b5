#include "tests/unit/reference/reference_text.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace understudy::reference {
namespace {

constexpr std::string_view kTotal = "_total";
constexpr std::string_view kGivenName = "of that name in";
constexpr std::string_view kHead =
    "# Metrics\n\n"
    "<!-- Printed by understudy-metrics-reference (tests/unit/reference). -->\n\n"
    "What `/metrics` of the agent (port 9700) and of the controller (port 9710) says. Borrowed "
    "names "
    "have the\nmeaning, type and labels that the named exporter gives them. A collector's name is "
    "what `collect[]`, `exclude[]` and\n`--[no-]collector.NAME` take. Where a `*` stands, the "
    "source gives the rest of the name.\n";

// The label `le` belongs to the type.
void add_labels(std::string_view sample, Metric& metric) {
    auto at = sample.find('{');
    while (at != std::string_view::npos && sample[at] != '}') {
        const auto equals = sample.find("=\"", at);
        const std::string label(sample.substr(at + 1, equals - at - 1));
        const bool known = label == "le" || std::find(metric.labels.begin(), metric.labels.end(),
                                                      label) != metric.labels.end();
        if (!known) metric.labels.push_back(label);
        at = equals + 2;
        while (sample[at] != '"') at += sample[at] == '\\' ? 2 : 1;
        ++at;  // at ',' or '}'
    }
}

void merge_given_name(const Metric& metric, std::vector<Metric>& metrics) {
    const auto same = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& other) {
        return other.help == metric.help && other.type == metric.type;
    });
    if (same == metrics.end()) {
        metrics.push_back(metric);
        return;
    }
    const auto differs =
        std::mismatch(same->name.begin(), same->name.end(), metric.name.begin(), metric.name.end());
    const auto common = static_cast<std::size_t>(differs.first - same->name.begin());
    same->name = same->name.substr(0, same->name.rfind('_', common - 1) + 1) + "*";
}

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

void add_table(std::ostringstream& out, const Section& section) {
    const bool named = std::any_of(section.parts.begin(), section.parts.end(),
                                   [](const auto& part) { return !part.collector.empty(); });
    out << "\n| name | type | unit | labels | " << (named ? "collector | " : "") << "meaning |\n"
        << "| --- | --- | --- | --- | " << (named ? "--- | " : "") << "--- |\n";
    for (const auto& part : section.parts) {
        for (const auto& metric : metrics_in(part.page)) {
            out << "| `" << metric.name << "` | " << metric.type << " | " << unit_of(metric.name)
                << " | " << joined(metric.labels) << " | ";
            if (named) out << (part.collector.empty() ? "" : "`" + part.collector + "`") << " | ";
            out << cell(metric.help) << " |\n";
        }
    }
}

}  // namespace

std::vector<Metric> metrics_in(std::string_view page) {
    std::vector<Metric> all;
    std::istringstream lines{std::string(page)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string mark;
        std::string kind;
        std::string name;
        words >> mark >> kind >> name;
        if (kind == "HELP") {
            all.push_back({name, "", {}, line.substr(std::min(line.size(), name.size() + 8))});
        } else if (kind == "TYPE") {
            words >> all.back().type;
        } else {
            add_labels(std::string_view(line).substr(0, line.rfind(' ')), all.back());
        }
    }
    std::vector<Metric> metrics;
    for (auto& metric : all) {
        if (metric.help.find(kGivenName) == std::string::npos) {
            metrics.push_back(std::move(metric));
        } else {
            merge_given_name(metric, metrics);
        }
    }
    return metrics;
}

std::string reference_text(const std::vector<Section>& sections) {
    std::ostringstream out;
    out << kHead;
    for (const auto& section : sections) {
        out << "\n## " << section.title << "\n\n" << section.about << "\n";
        add_table(out, section);
    }
    return out.str();
}

std::string_view unit_of(std::string_view name) {
    static constexpr auto kUnits = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"_timestamp_seconds", "Unix time"},
        {"_bytes_per_second", "bytes per second"},
        {"_seconds", "seconds"},
        {"_bytes", "bytes"},
        {"_bytes_in", "bytes"},
        {"_bytes_out", "bytes"},
        {"_bits", "bits"},
        {"_ratio", "ratio"},
        {"_percent", "per cent"},
    });
    if (name.ends_with(kTotal)) name.remove_suffix(kTotal.size());
    for (const auto& [suffix, unit] : kUnits) {
        if (name.ends_with(suffix)) return unit;
    }
    return "";
}

}  // namespace understudy::reference

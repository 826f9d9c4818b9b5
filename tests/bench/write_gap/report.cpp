#include "tests/bench/write_gap/report.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/bench/statistics.h"

namespace understudy::bench {

namespace {

std::vector<double> gaps(const Measurement& measurement) {
    std::vector<double> all;
    for (const auto& kill : measurement.kills) all.push_back(kill.gap_ms);
    return all;
}

std::vector<double> part(const Measurement& measurement, const std::string& name) {
    std::vector<double> all;
    for (const auto& kill : measurement.kills) {
        const auto found = kill.parts.find(name);
        if (found != kill.parts.end()) all.push_back(found->second);
    }
    return all;
}

double rounded(double value) { return std::round(value * 1000.0) / 1000.0; }

nlohmann::json rounded(const std::map<std::string, double>& values) {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [name, value] : values) all[name] = rounded(value);
    return all;
}

std::string line(const std::string& name, const std::vector<double>& values) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "  %-20s %9.2f %9.2f %9.2f\n", name.c_str(),
                  median(values), percentile(values, 99), percentile(values, 0));
    return text.data();
}

}  // namespace

std::string report_as_text(const Measurement& measurement) {
    std::string text = "\n  milliseconds            median       p99       min\n";
    text += line("write gap", gaps(measurement));
    for (const auto& name : kParts) text += line("  " + name, part(measurement, name));
    text += line("scripted promotion", measurement.floor_ms);
    text += "\n  rows: " + std::to_string(measurement.acknowledged) + " acknowledged, " +
            std::to_string(measurement.unknown) + " unknown, " +
            std::to_string(measurement.missing) + " missing\n";
    return text;
}

std::string report_as_json(const Measurement& measurement) {
    nlohmann::json report;
    report["benchmark"] = "write-gap";
    report["kills"] = measurement.kills.size();
    report["median_ms"] = rounded(median(gaps(measurement)));
    report["p99_ms"] = rounded(percentile(gaps(measurement), 99));
    report["max_ms"] = rounded(percentile(gaps(measurement), 100));
    report["floor_ms"] = rounded(median(measurement.floor_ms));
    report["acknowledged"] = measurement.acknowledged;
    report["unknown"] = measurement.unknown;
    report["missing"] = measurement.missing;
    for (const auto& name : kParts) {
        const auto values = part(measurement, name);
        report["parts"][name] = {{"median_ms", rounded(median(values))},
                                 {"p99_ms", rounded(percentile(values, 99))}};
    }
    for (const auto& kill : measurement.kills) {
        report["each"].push_back({{"from", kill.from},
                                  {"to", kill.to},
                                  {"gap_ms", rounded(kill.gap_ms)},
                                  {"parts", rounded(kill.parts)},
                                  {"marks_ms", rounded(kill.marks)}});
    }
    return report.dump(2);
}

}  // namespace understudy::bench

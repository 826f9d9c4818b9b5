// Reads a metrics page back: series -> value, as "name{labels in order}".
#pragma once

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::exporters {

struct Exposition {
    std::map<std::string, double> samples;
    std::map<std::string, std::string> types;  // family -> type
};

// One series' labels sorted; no label value holds a '}' or a ','.
inline std::string sorted_series(const std::string& series) {
    const auto brace = series.find('{');
    if (brace == std::string::npos) return series;
    std::vector<std::string> labels;
    std::string rest = series.substr(brace + 1, series.size() - brace - 2);
    while (!rest.empty()) {
        const auto comma = rest.find("\",");
        labels.push_back(rest.substr(0, comma == std::string::npos ? comma : comma + 1));
        rest = comma == std::string::npos ? "" : rest.substr(comma + 2);
    }
    std::sort(labels.begin(), labels.end());
    std::string sorted = series.substr(0, brace + 1);
    for (const auto& label : labels) sorted += label + ",";
    return sorted + "}";
}

inline Exposition read_exposition(std::string_view text) {
    Exposition page;
    while (!text.empty()) {
        const std::string line(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.starts_with("# TYPE ")) {
            const auto space = line.rfind(' ');
            page.types[line.substr(7, space - 7)] = line.substr(space + 1);
        } else if (!line.empty() && line.front() != '#') {
            const auto space = line.rfind(' ');
            page.samples[sorted_series(line.substr(0, space))] =
                std::strtod(line.c_str() + space, nullptr);
        }
    }
    return page;
}

}  // namespace understudy::exporters

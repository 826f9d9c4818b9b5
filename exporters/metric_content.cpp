#include "exporters/metric_content.h"

#include <algorithm>

namespace understudy::exporters {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

}  // namespace

std::string_view MetricContent::kept(std::string_view text) {
    if (text.empty()) return {};
    auto* const copy = static_cast<char*>(arena_.allocate(text.size(), 1));
    std::copy(text.begin(), text.end(), copy);
    return {copy, text.size()};
}

// Families beside each other often share one.
std::string_view MetricContent::kept_help(std::string_view help) {
    if (!families.empty() && families.back().help == help) return families.back().help;
    return kept(is_ascii(help) ? help : std::string_view(valid_utf8(help)));
}

MetricFamily& MetricContent::family(std::string_view name, std::string_view help, MetricType type) {
    for (const auto at : {latest_, latest_ + 1}) {
        if (at < families.size() && families[at].name == name) return families[latest_ = at];
    }
    if (const auto found = index_.find(name); found != index_.end()) {
        return families[latest_ = found->second];
    }
    const auto valid = name_from(name);
    if (const auto found = index_.find(valid); found != index_.end()) {
        return families[latest_ = found->second];
    }
    latest_ = families.size();
    auto& made = families.emplace_back(MetricFamily{kept(valid), kept_help(help), type});
    index_.emplace(made.name, latest_);
    return made;
}

void MetricContent::take(MetricFamily& family, std::size_t begin) {
    const auto end = samples.size();
    if (family.runs > 0 && runs_[family.last].end == begin) {
        runs_[family.last].end = end;
        return;
    }
    const auto at = runs_.size();
    runs_.push_back({begin, end});
    if (family.runs == 0) {
        family.first = at;
    } else {
        runs_[family.last].next = at;
    }
    family.last = at;
    ++family.runs;
}

}  // namespace understudy::exporters

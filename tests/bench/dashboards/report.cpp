#include "tests/bench/dashboards/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace understudy::bench {

namespace {

std::size_t count(const std::vector<Asked>& all, Outcome outcome) {
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const Asked& one) { return one.outcome == outcome; }));
}

std::string name_of(const BoardQuery& query) {
    return query.dashboard + ", \"" + query.panel + "\", " + query.expr;
}

nlohmann::json listed(const std::vector<Asked>& all, Outcome outcome) {
    auto list = nlohmann::json::array();
    for (const auto& one : all) {
        if (one.outcome != outcome) continue;
        list.push_back({{"dashboard", one.query.dashboard},
                        {"panel", one.query.panel},
                        {"expr", one.query.expr},
                        {"why", one.why}});
    }
    return list;
}

}  // namespace

bool promises_kept(const std::vector<Asked>& all) {
    return !all.empty() && count(all, Outcome::kEmpty) + count(all, Outcome::kFailed) == 0;
}

std::string report_as_text(const std::vector<Asked>& all) {
    auto text = "\n  dashboards: " + std::to_string(all.size()) + " queries, " +
                std::to_string(count(all, Outcome::kAnswered)) + " answered, " +
                std::to_string(count(all, Outcome::kExpectedEmpty)) + " expected to be empty, " +
                std::to_string(count(all, Outcome::kEmpty)) + " empty, " +
                std::to_string(count(all, Outcome::kFailed)) + " failed\n";
    for (const auto& one : all) {
        if (one.outcome == Outcome::kAnswered) continue;
        text += "  " + one.why + ": " + name_of(one.query) + "\n";
    }
    return text;
}

std::string report_as_json(const std::vector<Asked>& all) {
    nlohmann::json report;
    report["benchmark"] = "dashboards";
    report["queries"] = all.size();
    report["answered"] = count(all, Outcome::kAnswered);
    report["expected_empty"] = count(all, Outcome::kExpectedEmpty);
    report["empty"] = listed(all, Outcome::kEmpty);
    report["failed"] = listed(all, Outcome::kFailed);
    report["expected"] = listed(all, Outcome::kExpectedEmpty);
    return report.dump(2);
}

}  // namespace understudy::bench

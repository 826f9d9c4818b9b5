#include "tests/bench/vip/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/bench/statistics.h"

namespace understudy::bench {

namespace {

using stack::VipFault;

// Of one way, or of all.
struct Figures {
    std::vector<double> silences;
    std::size_t asked = 0;
    std::size_t failed = 0;
    std::size_t failed_after = 0;
    std::size_t went_back = 0;
};

Figures figures(const std::vector<Move>& moves, std::optional<VipFault> way) {
    Figures all;
    for (const auto& move : moves) {
        if (way && move.fault != *way) continue;
        all.silences.push_back(static_cast<double>(move.silence_ms));
        all.asked += move.asked;
        all.failed += move.failed;
        all.failed_after += move.failed_after;
        all.went_back += move.stayed ? 0 : 1;
    }
    return all;
}

std::string line(const char* name, const Figures& all) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "  %-20s %8.0f %8.0f %8zu\n", name,
                  median(all.silences), percentile(all.silences, 100), all.failed);
    return text.data();
}

}  // namespace

bool promises_kept(const std::vector<Move>& moves) {
    constexpr long long kMovedBelowMs = 500;
    return std::all_of(moves.begin(), moves.end(), [](const Move& move) {
        return move.stayed && move.silence_ms < kMovedBelowMs;
    });
}

std::string report_as_text(const std::vector<Move>& moves) {
    std::string text = "\n  ms without an answer   median      max   failed\n";
    for (const auto way : stack::kVipFaults) text += line(name_of(way), figures(moves, way));
    const auto all = figures(moves, std::nullopt);
    text += line("all", all);
    text += "\n  requests: " + std::to_string(all.asked) +
            ", not answered within 120 ms once it had moved: " + std::to_string(all.failed_after) +
            "; the address went back: " + std::to_string(all.went_back) + "\n";
    return text;
}

std::string report_as_json(const std::vector<Move>& moves) {
    const auto all = figures(moves, std::nullopt);
    nlohmann::json report;
    report["benchmark"] = "vip";
    report["rounds"] = moves.size() / stack::kVipFaults.size();
    report["requests"] = all.asked;
    report["failed"] = all.failed;
    report["failed_after"] = all.failed_after;
    report["went_back"] = all.went_back;
    report["median_ms"] = median(all.silences);
    report["max_ms"] = percentile(all.silences, 100);
    for (const auto way : stack::kVipFaults) {
        const auto one = figures(moves, way);
        report["ways"][name_of(way)] = {{"median_ms", median(one.silences)},
                                        {"max_ms", percentile(one.silences, 100)},
                                        {"failed", one.failed}};
    }
    for (const auto& move : moves) {
        report["each"].push_back({{"way", name_of(move.fault)},
                                  {"from", move.from},
                                  {"to", move.to},
                                  {"ms", move.silence_ms},
                                  {"failed", move.failed},
                                  {"failed_after", move.failed_after}});
    }
    return report.dump(2);
}

}  // namespace understudy::bench

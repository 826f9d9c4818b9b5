#include "tests/integration/exporters/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "tests/unit/exporters/exposition.h"

namespace understudy::integration {
namespace {

using exporters::read_exposition;
using Samples = std::map<std::string, double>;

constexpr int kRounds = 20;
constexpr double kRounding = 1e-9;  // of a value: two ways to write the same number

struct Round {
    Samples before;
    Samples theirs;
    Samples after;
};

Round ask(const Sides& sides) {
    Round round;
    round.before = read_exposition(sides.ours()).samples;
    round.theirs = read_exposition(sides.theirs()).samples;
    round.after = read_exposition(sides.ours()).samples;
    return round;
}

// What is wrong with a series in this round.
std::optional<std::string> fault(const Round& round, const std::string& series, double value) {
    const auto before = round.before.find(series);
    const auto after = round.after.find(series);
    if (before == round.before.end() || after == round.after.end()) {
        return "missing: " + series + " " + std::to_string(value);
    }
    const auto [low, high] = std::minmax(before->second, after->second);
    const double tolerance = std::abs(value) * kRounding;
    if (value >= low - tolerance && value <= high + tolerance) return std::nullopt;
    return series + ": " + std::to_string(value) +
           ", the agent before and after: " + std::to_string(before->second) + " and " +
           std::to_string(after->second);
}

}  // namespace

Agreement compare(const Sides& sides) {
    std::map<std::string, std::string> open;  // series -> the last round's fault
    Agreement agreement;
    for (int i = 0; i < kRounds && (i == 0 || !open.empty()); ++i) {
        const auto round = ask(sides);
        std::map<std::string, std::string> still_open;
        for (const auto& [series, value] : round.theirs) {
            if (sides.is_left_out(series, value)) continue;
            if (i == 0) ++agreement.compared;
            if (i > 0 && !open.contains(series)) continue;
            if (auto found = fault(round, series, value)) still_open[series] = std::move(*found);
        }
        open = std::move(still_open);
    }
    for (auto& [series, found] : open) agreement.faults.push_back(std::move(found));
    return agreement;
}

}  // namespace understudy::integration

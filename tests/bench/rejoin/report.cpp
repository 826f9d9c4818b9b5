#include "tests/bench/rejoin/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/bench/statistics.h"

namespace understudy::bench {

namespace {

double rounded(double value) { return std::round(value * 1000.0) / 1000.0; }

nlohmann::json json_of(const Round& round) {
    return {{"fault", name_of(round.fault)},
            {"host", round.host},
            {"write_gap_seconds", rounded(round.write_gap_seconds)},
            {"seconds_to_in_sync", rounded(round.seconds_to_in_sync)},
            {"way", round.way},
            {"orphans", round.orphans},
            {"orphan_rows", round.orphan_rows},
            {"orphans_not_unknown", round.orphans_not_unknown},
            {"unknown", round.unknown},
            {"acknowledged", round.acknowledged},
            {"missing", round.missing},
            {"mismatches", round.mismatches}};
}

}  // namespace

bool promises_kept(const std::vector<Round>& rounds) {
    return std::all_of(rounds.begin(), rounds.end(), [](const auto& round) {
        return round.missing == 0 && round.mismatches.empty() && round.orphans_not_unknown == 0;
    });
}

std::string line_of(const Round& round, int number) {
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(),
                  "round %d, %s, %s: write gap %.3f s, in sync after %.1f s by %s, %llu orphans",
                  number, round.host.c_str(), name_of(round.fault), round.write_gap_seconds,
                  round.seconds_to_in_sync, round.way.c_str(),
                  static_cast<unsigned long long>(round.orphans));
    std::string line = text.data();
    if (round.missing > 0) line += "; " + std::to_string(round.missing) + " MISSING";
    for (const auto& name : round.mismatches) line += "; DIFFERENT: " + name;
    return line;
}

std::string rejoin_report(const std::vector<Round>& rounds) {
    nlohmann::json report{{"benchmark", "rejoin"}, {"rounds", rounds.size()}};
    for (const char* way : {"rewind", "clone", "nothing", "refused"}) report["ways"][way] = 0;
    std::uint64_t missing = 0;
    std::uint64_t mismatches = 0;
    std::uint64_t orphans = 0;
    std::uint64_t not_unknown = 0;
    std::vector<double> in_sync;
    std::vector<double> gaps;
    report["each"] = nlohmann::json::array();
    for (const auto& round : rounds) {
        missing += round.missing;
        mismatches += round.mismatches.size();
        orphans += round.orphans;
        not_unknown += round.orphans_not_unknown;
        in_sync.push_back(round.seconds_to_in_sync);
        gaps.push_back(round.write_gap_seconds);
        report["ways"][round.way] = report["ways"].value(round.way, 0) + 1;
        report["each"].push_back(json_of(round));
    }
    report["missing"] = missing;
    report["checksum_mismatches"] = mismatches;
    report["orphans"] = orphans;
    report["orphans_not_unknown"] = not_unknown;
    report["median_seconds_to_in_sync"] = rounded(median(in_sync));
    report["median_write_gap_seconds"] = rounded(median(gaps));
    return report.dump(2);
}

}  // namespace understudy::bench

// One seed: what it draws, how it is run and judged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/site/site.h"

namespace understudy::simulation {

struct RunOptions {
    int databases = 2;
    Micros length = 10min;
    Trace::Mode trace = Trace::Mode::kHash;
    Seams seams;
};

struct Outcome {
    std::uint64_t seed = 0;
    std::optional<Violation> violation;
    std::uint64_t trace_hash = 0;
    std::uint64_t events = 0;
    std::uint64_t acknowledged = 0;
    std::map<std::string, int> counts;                // of what happened
    std::map<std::string_view, std::uint64_t> fired;  // rows of both rule tables
    std::vector<std::string> last_lines;
};

Outcome run_seed(std::uint64_t seed, const RunOptions& options);

// The site and its policy as the seed has them.
SiteOptions draw_site(std::uint64_t seed, int databases);

}  // namespace understudy::simulation

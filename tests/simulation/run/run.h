// One seed: what it draws, how it is run and judged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/run/schedule.h"

namespace understudy::simulation {

enum class Profile {
    kPair,     // two database hosts
    kSeveral,  // three to six, of which each commit waits for one or more
    kLeased,   // two, where commits do not wait
    kMixed,    // any of them, by the seed
};

std::optional<Profile> profile_from_string(std::string_view name);
std::string_view to_string(Profile profile);

struct RunOptions {
    Profile profile = Profile::kMixed;
    Micros length = 10min;
    Trace::Mode trace = Trace::Mode::kHash;
    Seams seams;
    bool twice = false;                 // each seed: both runs must leave the same trace
    std::string mutant;                 // that the seams hold, for how to replay
    std::optional<std::set<int>> only;  // of the strikes of faults; nothing: all
    std::string often;                  // a fault's name: every second one is it
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
    std::vector<Strike> strikes;
    bool repeats = true;  // run twice, it left the same trace
};

Outcome run_seed(std::uint64_t seed, const RunOptions& options);

// The site and its policy as the seed has them.
SiteOptions draw_site(std::uint64_t seed, Profile profile);

}  // namespace understudy::simulation

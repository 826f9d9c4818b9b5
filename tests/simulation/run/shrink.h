// The least that still goes wrong: strikes of a failing seed are left out as long as it fails.
#pragma once

#include <set>
#include <string>

#include "tests/simulation/run/run.h"

namespace understudy::simulation {

struct Shrunk {
    std::set<int> strikes;  // that are left
    Outcome outcome;        // of a run with them alone; violates the same property
    int runs = 0;           // that it took
};

// `failed` is a violation of a run with `how`. Bounded: what is left after `most_runs` counts.
Shrunk shrink(const Outcome& failed, const RunOptions& how, int most_runs = 150);

// "3,7", and the set again; throws std::invalid_argument.
std::string listed(const std::set<int>& strikes);
std::set<int> strikes_from_string(const std::string& text);

}  // namespace understudy::simulation

// What understudy-simulate does and prints; each returns the exit status.
#pragma once

#include <string_view>

#include "tests/simulation/run/many.h"

namespace understudy::simulation {

struct SeedsRun {
    Seeds seeds;
    int threads = 1;
    bool coverage = false;  // a row that never fires counts as a failure
};

int run_seeds(const SeedsRun& what, const RunOptions& how);
int replay(std::uint64_t seed, bool trace, RunOptions how);
int run_mutants(int threads, const RunOptions& how);

// False: there is none of that name.
bool apply_mutant(std::string_view name, RunOptions& how);

}  // namespace understudy::simulation

// Many seeds, on several threads; what comes of each seed does not depend on that.
#pragma once

#include <functional>

#include "tests/simulation/run/run.h"

namespace understudy::simulation {

struct Seeds {
    std::uint64_t first = 1;
    std::uint64_t last = 1;
};

// `done` is called for each seed, one at a time, in no particular order; false ends it early.
void run_many(Seeds seeds, int threads, const RunOptions& options,
              const std::function<bool(const Outcome&)>& done);

}  // namespace understudy::simulation

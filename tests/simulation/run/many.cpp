#include "tests/simulation/run/many.h"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace understudy::simulation {

void run_many(Seeds seeds, int threads, const RunOptions& options,
              const std::function<bool(const Outcome&)>& done) {
    std::atomic<std::uint64_t> next{seeds.first};
    std::atomic<bool> ended{false};
    std::mutex reporting;
    const auto work = [&] {
        for (auto seed = next++; seed <= seeds.last && !ended; seed = next++) {
            auto outcome = run_seed(seed, options);
            if (options.twice) {
                outcome.repeats = run_seed(seed, options).trace_hash == outcome.trace_hash;
            }
            const std::lock_guard lock(reporting);
            if (!ended && !done(outcome)) ended = true;
        }
    };
    std::vector<std::jthread> workers;
    for (int i = 1; i < threads; ++i) workers.emplace_back(work);
    work();
}

}  // namespace understudy::simulation

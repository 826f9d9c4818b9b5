#include "tests/simulation/run/reports.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "core/reconcile.h"
#include "tests/simulation/run/mutants.h"
#include "tests/simulation/run/progress.h"
#include "tests/simulation/run/shrink.h"

namespace understudy::simulation {

namespace {

constexpr std::uint64_t kSeedsForAMutant = 400;  // each has to be caught within these

double seconds(Micros time) { return static_cast<double>(time.count()) / 1e6; }

void print_violation(const Outcome& outcome) {
    std::printf("seed %llu violates \"%s\" at %.3f s: %s\n",
                static_cast<unsigned long long>(outcome.seed),
                std::string(to_string(outcome.violation->property)).c_str(),
                seconds(outcome.violation->at), outcome.violation->text.c_str());
    std::fflush(stdout);
}

std::string replay_command(const Shrunk& shrunk, const RunOptions& how) {
    std::string command = "understudy-simulate --seed " + std::to_string(shrunk.outcome.seed) +
                          " --minutes " + std::to_string(how.length / std::chrono::minutes(1)) +
                          " --profile " + std::string(to_string(how.profile)) + " --only " +
                          listed(shrunk.strikes);
    if (!how.mutant.empty()) command += " --mutant " + how.mutant;
    if (!how.often.empty()) command += " --often '" + how.often + "'";
    return command + " --trace";
}

void print_schedule(const Outcome& outcome) {
    for (const auto& strike : outcome.strikes) {
        std::printf("    strike %d at %.3f s:", strike.number, seconds(strike.at));
        for (const auto& fault : strike.faults) std::printf(" %s;", std::string(fault).c_str());
        std::printf("\n");
    }
}

// The lines of a seed are only kept when it is run again for them.
void print_shrunken(const Outcome& failed, RunOptions how) {
    const auto shrunk = shrink(failed, how);
    std::printf("  of %zu strikes %zu are enough (%d runs):\n", failed.strikes.size(),
                shrunk.strikes.size(), shrunk.runs);
    print_schedule(shrunk.outcome);
    print_violation(shrunk.outcome);
    how.trace = Trace::Mode::kLines;
    how.only = shrunk.strikes;
    for (const auto& line : run_seed(failed.seed, how).last_lines) {
        std::printf("    %s\n", line.c_str());
    }
    std::printf("  replay: %s\n", replay_command(shrunk, how).c_str());
}

// Returns how many rows never fired.
int print_coverage(const std::map<std::string_view, std::uint64_t>& fired) {
    int missing = 0;
    const auto print = [&](std::string_view row) {
        const auto found = fired.find(row);
        const auto count = found == fired.end() ? 0 : found->second;
        if (count == 0) ++missing;
        std::printf("  %12llu  %.*s%s\n", static_cast<unsigned long long>(count),
                    static_cast<int>(row.size()), row.data(), count == 0 ? "   NEVER FIRED" : "");
    };
    std::printf("rows of the controller's table:\n");
    for (const auto& row : core::rule_table()) print(row.id);
    std::printf("rows of the agent's table:\n");
    for (const auto& row : core::reconcile_table()) print(row.id);
    std::printf("%d rows never fired\n", missing);
    return missing;
}

struct Tally {
    std::map<std::string, int> counts;
    std::map<std::string_view, std::uint64_t> fired;
    std::uint64_t seeds = 0;
    std::uint64_t events = 0;
    std::uint64_t acknowledged = 0;
    std::vector<Outcome> violations;

    void add(const Outcome& outcome) {
        ++seeds;
        events += outcome.events;
        acknowledged += outcome.acknowledged;
        for (const auto& [what, count] : outcome.counts) counts[what] += count;
        for (const auto& [row, count] : outcome.fired) fired[row] += count;
        if (outcome.violation) violations.push_back(outcome);
    }
};

}  // namespace

int run_seeds(const SeedsRun& what, const RunOptions& how) {
    const auto begin = std::chrono::steady_clock::now();
    Tally tally;
    Progress progress(what.seeds.last - what.seeds.first + 1);
    int unlike = 0;
    run_many(what.seeds, what.threads, how, [&](const Outcome& outcome) {
        tally.add(outcome);
        if (outcome.violation) print_violation(outcome);
        if (!outcome.repeats) {
            ++unlike;
            std::printf("seed %llu leaves another trace when it is run again\n",
                        static_cast<unsigned long long>(outcome.seed));
        }
        progress.done(tally.seeds, tally.violations.size());
        return true;
    });
    std::sort(tally.violations.begin(), tally.violations.end(),
              [](const auto& left, const auto& right) { return left.seed < right.seed; });
    if (!tally.violations.empty()) print_shrunken(tally.violations.front(), how);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    for (const auto& [kind, count] : tally.counts) std::printf("  %8d  %s\n", count, kind.c_str());
    const int missing = what.coverage ? print_coverage(tally.fired) : 0;
    std::printf(
        "%llu seeds, %llu events, %llu writes acknowledged, %zu violations, %.1f s\n",
        static_cast<unsigned long long>(tally.seeds), static_cast<unsigned long long>(tally.events),
        static_cast<unsigned long long>(tally.acknowledged), tally.violations.size(), took.count());
    return tally.violations.empty() && unlike == 0 && missing == 0 ? 0 : 1;
}

int replay(std::uint64_t seed, bool trace, RunOptions how) {
    if (trace) how.trace = Trace::Mode::kPrint;
    const auto outcome = run_seed(seed, how);
    std::printf("seed %llu: trace %016llx, %llu events\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(outcome.trace_hash),
                static_cast<unsigned long long>(outcome.events));
    if (!outcome.violation) return 0;
    print_violation(outcome);
    if (!trace) print_shrunken(outcome, how);
    return 1;
}

namespace {

RunOptions with(const Mutant& mutant, RunOptions how) {
    if (how.profile == Profile::kMixed) how.profile = mutant.profile;
    if (how.often.empty()) how.often = mutant.often;
    how.mutant = mutant.name;
    mutant.apply(how.seams);
    return how;
}

}  // namespace

bool apply_mutant(std::string_view name, RunOptions& how) {
    for (const auto& mutant : mutants()) {
        if (mutant.name != name) continue;
        how = with(mutant, std::move(how));
        return true;
    }
    return false;
}

int run_mutants(int threads, const RunOptions& how) {
    int survivors = 0;
    std::uint64_t seeds = 0;
    for (const auto& mutant : mutants()) {
        const RunOptions mutated = with(mutant, how);
        std::optional<Outcome> caught;
        run_many({1, kSeedsForAMutant}, threads, mutated, [&](const Outcome& outcome) {
            ++seeds;
            if (outcome.violation) caught = outcome;
            return !caught;
        });
        if (!caught) ++survivors;
        std::printf("  %-26s %-60s ", std::string(mutant.name).c_str(),
                    std::string(mutant.what).c_str());
        if (caught) {
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(caught->seed),
                        std::string(to_string(caught->violation->property)).c_str());
        } else {
            std::printf("SURVIVES %llu seeds\n", static_cast<unsigned long long>(kSeedsForAMutant));
        }
        std::fflush(stdout);
    }
    std::printf("%zu mutants, %zu caught, %d survive; %llu seeds\n", mutants().size(),
                mutants().size() - static_cast<std::size_t>(survivors), survivors,
                static_cast<unsigned long long>(seeds));
    return survivors == 0 ? 0 : 1;
}

}  // namespace understudy::simulation

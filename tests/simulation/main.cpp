// understudy-simulate: runs seeds of the simulation, and judges them.
//
// Exit 0: all as it should be; 1: a violation, a surviving mutant or an uncovered row; 2: usage.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>

#include "tests/simulation/run/reports.h"
#include "tests/simulation/run/shrink.h"

namespace {

using namespace understudy::simulation;

struct Options {
    std::string seeds = "100";
    std::uint64_t from = 1;
    std::optional<std::uint64_t> seed;
    int minutes = 10;
    std::string profile = "mixed";
    std::string only;
    int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    bool trace = false;
    bool twice = false;
    bool coverage = false;
    bool mutants = false;
    std::string mutant;
    std::string often;
};

std::uint64_t number(const std::string& text) {
    std::size_t read = 0;
    const auto value = text.empty() || text[0] == '-' ? 0 : std::stoull(text, &read);
    if (read == 0 || read != text.size()) throw std::invalid_argument(text);
    return value;
}

// "A..B", or a count from there on.
std::string bad_seeds(const std::string& text, std::uint64_t from, Seeds& seeds) {
    try {
        const auto dots = text.find("..");
        if (dots == std::string::npos) {
            seeds = {from, from + number(text) - 1};
        } else {
            seeds = {number(text.substr(0, dots)), number(text.substr(dots + 2))};
        }
    } catch (const std::exception&) {
        return "'" + text + "' is neither A..B nor a count";
    }
    return seeds.first <= seeds.last && seeds.last > 0 ? "" : "there is no seed in '" + text + "'";
}

int run(const Options& options) {
    RunOptions how;
    how.profile = *profile_from_string(options.profile);
    how.length = std::chrono::minutes(options.minutes);
    how.twice = options.twice;
    how.often = options.often;
    if (!options.only.empty()) how.only = strikes_from_string(options.only);
    if (!options.mutant.empty() && !apply_mutant(options.mutant, how)) {
        std::fprintf(stderr, "understudy-simulate: there is no mutant '%s'; --mutants lists them\n",
                     options.mutant.c_str());
        return 2;
    }
    if (options.mutants) return run_mutants(options.threads, how);
    if (options.seed) return replay(*options.seed, options.trace, how);
    Seeds seeds;
    bad_seeds(options.seeds, options.from, seeds);
    return run_seeds({seeds, options.threads, options.coverage}, how);
}

std::string unless(bool good, const std::string& why) { return good ? "" : why; }

void add_options(CLI::App& app, Options& options) {
    app.add_option("--seeds", options.seeds, "how many, or A..B")
        ->check([](const std::string& text) {
            Seeds seeds;
            return bad_seeds(text, 1, seeds);
        })
        ->capture_default_str();
    app.add_option("--from", options.from, "the first seed")->capture_default_str();
    auto* seed = app.add_option("--seed", options.seed, "one seed");
    app.add_flag("--trace", options.trace, "print what happens in it")->needs(seed);
    app.add_option("--only", options.only, "of its strikes of faults: these, as 3,7, or none")
        ->needs(seed);
    app.add_option("--minutes", options.minutes, "virtual minutes of each seed")
        ->check(CLI::Range(3, 600))
        ->capture_default_str();
    app.add_option("--profile", options.profile,
                   "pair: two database hosts; several: three to six; leased: two, asynchronous; "
                   "mixed: by the seed")
        ->check([](const std::string& text) {
            return unless(profile_from_string(text).has_value(), "there is no profile " + text);
        })
        ->capture_default_str();
    app.add_option("--threads", options.threads, "seeds at the same time")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    app.add_flag("--twice", options.twice, "run each seed twice; both must leave the same trace");
    app.add_flag("--coverage", options.coverage,
                 "say how often each row of the rule tables fired; each has to");
    app.add_flag("--mutants", options.mutants, "run every mutant until it is caught; each has to");
    app.add_option("--mutant", options.mutant, "run the seeds with this mutant");
    app.add_option("--often", options.often, "every second fault is this one, as a strike names it")
        ->check([](const std::string& text) {
            return unless(Faults::known(text), "there is no fault '" + text + "'");
        });
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{
        "Runs the controller's and the agents' own logic over a simulated site, and judges it from "
        "outside."};
    add_options(app, options);
    try {
        app.parse(argc, argv);
        return run(options);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "understudy-simulate: %s\n", error.what());
        return 1;
    }
}

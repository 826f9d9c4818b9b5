// The benchmarks "switchover", "primary-kill", "backend-kill" and "drain"; tests/README.md
// describes them.
#include <iostream>
#include <map>

#include "tests/bench/command_line.h"
#include "tests/bench/under_load/rounds.h"

namespace {

using namespace understudy;

int run(bench::Disturbance disturbance, int rounds, bool as_json) {
    const auto measured = bench::measure_under_load(disturbance, rounds, bench::say);
    if (!measured) {
        return bench::say_failure(name_of(disturbance), describe(measured.error()));
    }
    std::cout << (as_json ? report_as_json(*measured) + "\n" : report_as_text(*measured));
    return promises_kept(*measured) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Disturbs the running stack (./up) again and again under a steady load of page views over\n"
        "HTTPS, a fifth of which write, and counts the requests that fail."};
    std::map<std::string, bench::Disturbance> names;
    for (const auto disturbance : bench::kDisturbances) names[name_of(disturbance)] = disturbance;
    bench::Disturbance disturbance{};
    app.add_option("benchmark", disturbance, "switchover, primary-kill, backend-kill or drain")
        ->required()
        ->transform(CLI::CheckedTransformer(names));
    int rounds = 10;
    bench::add_rounds(app, "--rounds", rounds, "how often");
    return bench::run_from_command_line(app, "under-load", argc, argv, [&](bool as_json) {
        return run(disturbance, rounds, as_json);
    });
}

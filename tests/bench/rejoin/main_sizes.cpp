// The benchmark "rewind-size"; tests/README.md describes it.
#include <algorithm>
#include <iostream>

#include "tests/bench/command_line.h"
#include "tests/bench/rejoin/report.h"
#include "tests/bench/rejoin/sizes.h"

namespace {

using namespace understudy;

int run(std::vector<std::uint64_t> megabytes) {
    std::sort(megabytes.begin(), megabytes.end());
    const auto measured = bench::measure_sizes(megabytes, bench::say);
    if (!measured) {
        return bench::say_failure("rewind-size", describe(measured.error()));
    }
    std::cout << bench::sizes_report(*measured) << "\n";
    std::vector<bench::Round> rounds;
    for (const auto& sized : measured->rounds) rounds.push_back(sized.round);
    return bench::promises_kept(rounds) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Kills the primary of the running stack (./up) under load, once with little data and once\n"
        "with much, and measures how long until it is in sync again; then how long a clone of the\n"
        "replica takes. Each host needs about three times the largest size of free disk."};
    std::vector<std::uint64_t> megabytes{50, 5000};
    app.add_option("--megabytes", megabytes, "the sizes")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    // The figures are always JSON.
    return bench::run_from_command_line(app, "rewind-size", argc, argv,
                                        [&](bool) { return run(std::move(megabytes)); });
}

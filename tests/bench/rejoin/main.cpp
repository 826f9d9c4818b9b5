// The benchmark "rejoin"; tests/README.md describes it.
#include <iostream>

#include "tests/bench/command_line.h"
#include "tests/bench/rejoin/report.h"

namespace {

using namespace understudy;

int run(int rounds, bool as_json) {
    const auto measured = bench::measure_rounds(rounds, [](const auto& round, int number) {
        std::cerr << bench::line_of(round, number) << std::endl;
    });
    if (!measured) {
        return bench::say_failure("rejoin", describe(measured.error()));
    }
    const auto report = bench::rejoin_report(*measured);
    if (as_json) std::cout << report << "\n";
    const bool kept = bench::promises_kept(*measured);
    std::cerr << (kept ? "all promises were kept" : "A PROMISE WAS BROKEN; --json tells which")
              << "\n";
    return kept ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Breaks the primary of the running stack (./up) again and again under load: killed, cut "
        "off\n"
        "and killed, frozen. Each time: how long writers waited, how long until the old primary "
        "is\n"
        "in sync again and by which way, what was kept as orphans, and whether both hosts hold "
        "the\n"
        "same and nothing acknowledged is missing."};
    int rounds = 21;
    bench::add_rounds(app, "--rounds", rounds, "how often");
    return bench::run_from_command_line(app, "rejoin", argc, argv,
                                        [&](bool as_json) { return run(rounds, as_json); });
}

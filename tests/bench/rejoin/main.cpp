// The benchmark "rejoin"; tests/README.md describes it.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/bench/rejoin/report.h"

namespace {

using namespace understudy;

int run(int rounds, bool as_json) {
    const auto measured = bench::measure_rounds(rounds, [](const auto& round, int number) {
        std::cerr << bench::line_of(round, number) << std::endl;
    });
    if (!measured) {
        std::cerr << "rejoin: " << describe(measured.error()) << "\n";
        return 1;
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
    bool as_json = false;
    app.add_option("--rounds", rounds, "how often")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_flag("--json", as_json, "print the figures as JSON; progress goes to standard error");
    try {
        app.parse(argc, argv);
        return run(rounds, as_json);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::cerr << "rejoin: " << error.what() << "\n";
        return 1;
    }
}

// The benchmark "vip"; tests/README.md describes it.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/bench/vip/report.h"
#include "tests/bench/vip/rounds.h"

namespace {

using namespace understudy;

int run(int rounds, bool as_json) {
    const auto moves = bench::move_again_and_again(
        rounds, [](const std::string& line) { std::cerr << line << std::endl; });
    if (!moves) {
        std::cerr << "vip: " << describe(moves.error()) << "\n";
        return 1;
    }
    std::cout << (as_json ? bench::report_as_json(*moves) + "\n" : bench::report_as_text(*moves));
    return bench::all_stayed(*moves) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Breaks the load balancer that holds the virtual address of the running stack (./up) in\n"
        "four ways, again and again, and measures how long nobody answers HTTPS requests there."};
    int rounds = 5;
    bool as_json = false;
    app.add_option("--rounds", rounds, "how often in each way")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_flag("--json", as_json, "print the figures as JSON; progress goes to standard error");
    try {
        app.parse(argc, argv);
        return run(rounds, as_json);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::cerr << "vip: " << error.what() << "\n";
        return 1;
    }
}

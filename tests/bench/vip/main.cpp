// The benchmark "vip"; tests/README.md describes it.
#include <iostream>

#include "tests/bench/command_line.h"
#include "tests/bench/vip/report.h"
#include "tests/bench/vip/rounds.h"

namespace {

using namespace understudy;

int run(int rounds, bool as_json) {
    const auto moves = bench::move_again_and_again(rounds, bench::say);
    if (!moves) {
        return bench::say_failure("vip", describe(moves.error()));
    }
    std::cout << (as_json ? bench::report_as_json(*moves) + "\n" : bench::report_as_text(*moves));
    return bench::promises_kept(*moves) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Breaks the load balancer that holds the virtual address of the running stack (./up) in\n"
        "four ways, again and again, and measures how long nobody answers HTTPS requests there."};
    int rounds = 5;
    bench::add_rounds(app, "--rounds", rounds, "how often in each way");
    return bench::run_from_command_line(app, "vip", argc, argv,
                                        [&](bool as_json) { return run(rounds, as_json); });
}

// The benchmark "dashboards"; tests/README.md describes it.
#include <iostream>

#include "tests/bench/command_line.h"
#include "tests/bench/dashboards/ask.h"

namespace {

using namespace understudy;

int run(std::size_t requests, bool as_json) {
    const auto all = bench::ask_all_under_load(requests, bench::say);
    if (!all) return bench::say_failure("dashboards", describe(all.error()));
    std::cout << (as_json ? bench::report_as_json(*all) + "\n" : bench::report_as_text(*all));
    return bench::promises_kept(*all) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Asks the running stack's Prometheus (./up) every query of every Grafana dashboard while\n"
        "the site is under load and after a switchover: each must yield a number, but for those\n"
        "that tests/bench/dashboards/expected_empty.yml lists with the reason."};
    std::size_t requests = 6000;
    app.add_option("--requests", requests, "answered by the site before the queries are asked")
        ->check(CLI::Range(1000, 1000000))
        ->capture_default_str();
    return bench::run_from_command_line(app, "dashboards", argc, argv,
                                        [&](bool as_json) { return run(requests, as_json); });
}

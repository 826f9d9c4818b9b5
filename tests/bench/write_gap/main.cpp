// The benchmark "write-gap"; tests/README.md describes it.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/bench/write_gap/measurement.h"
#include "tests/bench/write_gap/report.h"

namespace {

using namespace understudy;

int run(const bench::Plan& plan, bool as_json) {
    const auto measurement =
        bench::measure(plan, [](const std::string& line) { std::cerr << line << std::endl; });
    if (!measurement) {
        std::cerr << "write-gap: " << describe(measurement.error()) << "\n";
        return 1;
    }
    std::cout << (as_json ? bench::report_as_json(*measurement) + "\n"
                          : bench::report_as_text(*measurement));
    return measurement->missing == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Kills the primary's mysqld of the running stack (./up) again and again while a client\n"
        "inserts through the virtual address, and measures how long no write is acknowledged.\n"
        "First the floor: a scripted promotion alone, on the same servers."};
    bench::Plan plan;
    int interval_ms = 5;
    bool as_json = false;
    app.add_option("--kills", plan.kills, "how often the primary is killed")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--interval-ms", interval_ms, "time between two writes")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_flag("--json", as_json, "print the figures as JSON; progress goes to standard error");
    try {
        app.parse(argc, argv);
        plan.interval = core::Millis(interval_ms);
        return run(plan, as_json);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::cerr << "write-gap: " << error.what() << "\n";
        return 1;
    }
}

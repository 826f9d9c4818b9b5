// The benchmark "write-gap"; tests/README.md describes it.
#include <iostream>

#include "tests/bench/command_line.h"
#include "tests/bench/write_gap/measurement.h"
#include "tests/bench/write_gap/report.h"

namespace {

using namespace understudy;

int run(const bench::Plan& plan, bool as_json) {
    const auto measurement = bench::measure(plan, bench::say);
    if (!measurement) {
        return bench::say_failure("write-gap", describe(measurement.error()));
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
    bench::add_rounds(app, "--kills", plan.kills, "how often the primary is killed");
    app.add_option("--interval-ms", interval_ms, "time between two writes")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    return bench::run_from_command_line(app, "write-gap", argc, argv, [&](bool as_json) {
        plan.interval = core::Millis(interval_ms);
        return run(plan, as_json);
    });
}

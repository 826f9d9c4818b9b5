// The benchmark "agent"; tests/README.md describes it.
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "tests/bench/agent/one_host.h"
#include "tests/bench/agent/report.h"
#include "tests/bench/command_line.h"

namespace {

using namespace understudy;

// So that what was started is ended, too, on an interrupt.
volatile std::sig_atomic_t interrupted = 0;

void heed_interrupts() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        std::signal(number, [](int) { interrupted = 1; });
    }
}

enum class Beside : std::uint8_t { kExporters, kNobody };

int run(int scrapes, Beside beside, bool as_json) {
    heed_interrupts();
    bench::say("starting MySQL, Nginx, PHP-FPM and HAProxy");
    bench::OneHost host;
    bench::AgentFigures figures;
    const auto measure = [&](const bench::Target& target) {
        bench::say("scraping " + target.name);
        const auto measured = bench::measure(target, scrapes, [] { return interrupted != 0; });
        if (!measured) throw std::runtime_error(describe(measured.error()));
        return *measured;
    };
    // Beside this program, both being built by tests/bench/run.
    const auto program =
        std::filesystem::canonical("/proc/self/exe").parent_path() / "understudy-agent";
    figures.agent = measure(host.start_agent(program));
    if (beside == Beside::kExporters) {
        for (const auto& target : host.start_exporters()) {
            figures.exporters.push_back(measure(target));
        }
    }
    std::cout << (as_json ? bench::report_as_json(figures) + "\n" : bench::report_as_text(figures));
    const auto broken = bench::broken_promises(figures);
    for (const auto& promise : broken) bench::say("broken: " + promise);
    return broken.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "What the agent costs that watches a host with every service, beside Debian's exporters "
        "for\n"
        "the same daemons: memory, CPU and time per scrape, series. Needs root, Docker and the\n"
        "stack's MySQL image; no running stack, which would share the processors."};
    int scrapes = 1000;
    app.add_option("--scrapes", scrapes, "of each, half of them compressed")
        ->check(CLI::Range(100, 1000000))
        ->capture_default_str();
    bool alone = false;
    app.add_flag("--alone", alone, "the agent, without the exporters beside it");
    return bench::run_from_command_line(app, "agent", argc, argv, [&](bool as_json) {
        return run(scrapes, alone ? Beside::kNobody : Beside::kExporters, as_json);
    });
}

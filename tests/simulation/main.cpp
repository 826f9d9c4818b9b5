#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/simulation/run/run.h"
int main(int argc, char** argv) {
    using namespace understudy::simulation;
    std::uint64_t from = argc > 1 ? std::stoull(argv[1]) : 1, to = argc > 2 ? std::stoull(argv[2]) : from;
    RunOptions o;
    if (argc > 3) o.trace = argv[3][0] == 'p' ? Trace::Mode::kPrint : Trace::Mode::kLines;
    std::map<std::string,int> counts; int bad = 0; std::uint64_t events = 0;
    for (auto s = from; s <= to; ++s) {
        auto r = run_seed(s, o);
        events += r.events;
        for (auto& [k, v] : r.counts) counts[k] += v;
        if (r.violation) { ++bad; std::printf("seed %lu %.3f %s: %s\n", s, double(r.violation->at.count())/1e6, std::string(to_string(r.violation->property)).c_str(), r.violation->text.c_str()); }
    }
    for (auto& [k, v] : counts) std::printf("  %6d %s\n", v, k.c_str());
    std::printf("%d bad, %lu events\n", bad, events);
}

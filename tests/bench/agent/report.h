// The benchmark "agent": its figures in words, as JSON, and what is promised of them.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/agent/measure.h"

namespace understudy::bench {

struct AgentFigures {
    Figures agent;
    std::vector<Figures> exporters;
};

// The exporters' figures added up: what a host pays that runs them all.
Figures sum_of(const std::vector<Figures>& exporters);

// What is promised and does not hold, each in a line: memory, CPU and time per scrape, no fewer
// useful series than the exporters together, no growth. Empty: all is kept.
std::vector<std::string> broken_promises(const AgentFigures& figures);

std::string report_as_text(const AgentFigures& figures);
std::string report_as_json(const AgentFigures& figures);

}  // namespace understudy::bench

#include "agent/collect_once.h"

#include <iostream>

#include "adapters/clock/system_clock.h"
#include "agent/metrics.h"
#include "exporters/scrape.h"

namespace understudy::agent {

core::Result<bool> collect_once(const AgentConfig& config) {
    const adapters::SystemClock clock;
    auto collectors = chosen_collectors(config, clock);
    if (!collectors) return tl::unexpected<core::Error>(collectors.error());
    exporters::Scrape scrape;
    for (auto& collector : *collectors) scrape.add(std::move(collector));
    std::cout << scrape.text({}) << std::flush;
    bool good = true;
    for (const auto& state : scrape.states()) {
        if (!state.error) continue;
        good = false;
        std::cerr << "understudy-agent: collector " << state.name << ": "
                  << core::describe(*state.error) << "\n";
    }
    return good;
}

}  // namespace understudy::agent

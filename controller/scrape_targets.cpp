#include "controller/scrape_targets.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "adapters/files/replace_file.h"

namespace understudy::controller {

namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned kReadableByAll = 0644;

bool contains(const std::vector<core::HostName>& names, const core::HostName& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const char* kind_of(const core::Topology& topology, const core::HostName& host) {
    if (contains(topology.load_balancers, host)) return "load_balancer";
    return contains(topology.web_backends, host) ? "web" : "database";
}

std::string address_text(const std::string& host, std::uint16_t port) {
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

std::string scrape_targets(const core::Topology& topology, std::uint16_t agent_port) {
    Json groups = Json::array();
    for (const auto& [host, agent] : topology.agents) {
        groups.push_back(
            {{"targets", Json::array({address_text(agent.host, agent_port)})},
             {"labels", {{"instance", host.value}, {"kind", kind_of(topology, host)}}}});
    }
    return groups.dump(1) + "\n";
}

core::Result<void> write_scrape_targets(const core::Topology& topology,
                                        const ScrapeTargetsConfig& config) {
    return adapters::replace_file(config.file, scrape_targets(topology, config.agent_port),
                                  kReadableByAll, adapters::Durability::kDurable);
}

}  // namespace understudy::controller

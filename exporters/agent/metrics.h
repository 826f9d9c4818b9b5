// The metrics of this project's own agent. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/facts.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct AgentState {
    std::string version;  // of the program
    core::HostName host;
    std::map<std::string, core::ProcessState> services;  // "mysql", "nginx", …; those configured
    std::optional<core::AppliedAssignment> applied;
    std::optional<core::LoadBalancerFacts> load_balancer;
    std::optional<core::VipFacts> vip;
    std::optional<core::BackendFacts> backend;
    std::optional<std::vector<core::KeptOrphans>> orphans;
    std::uint64_t report_sequence = 0;
    std::optional<core::LeaseFacts> lease{};  // of a primary that was told to ask for one
};

// What a state says: version, report_sequence, and each optional part where it is there.
AgentState agent_state(std::string version, const core::HostReport& report,
                       std::map<std::string, core::ProcessState> services);

// understudy_build_info, understudy_service_up{service}, understudy_assignment_epoch,
// understudy_assignment_role{role}, understudy_route_revision, …
MetricPage agent_metrics(const AgentState& state);

// How the last reading of the configuration went.
struct ConfigFacts {
    bool last_reload_successful = true;
    core::WallTime last_success{};
    bool restart_needed = false;
    bool operator==(const ConfigFacts&) const = default;
};

// understudy_config_*, by the names that Prometheus' own configuration has.
MetricPage config_metrics(const ConfigFacts& facts);

}  // namespace understudy::exporters

#include "exporters/agent/metrics.h"

#include <array>
#include <chrono>
#include <utility>

namespace understudy::exporters {
namespace {

constexpr std::array kRoles{
    core::Role::kPrimaryLossless,   core::Role::kPrimaryAlone,  core::Role::kPrimaryLeased,
    core::Role::kReplicaCatchingUp, core::Role::kReplicaInSync, core::Role::kFenced,
    core::Role::kRebuilding,        core::Role::kDetached,
};

void add_services(MetricPage& page, const AgentState& state) {
    for (const auto& [service, process] : state.services) {
        page.gauge("understudy_service_up", "Whether the service's process runs (1) or not (0).",
                   process == core::ProcessState::kRunning ? 1 : 0, {{"service", service}});
    }
}

void add_assignment(MetricPage& page, const core::AppliedAssignment& applied) {
    page.gauge("understudy_assignment_epoch", "Epoch of the assignment that the host holds.",
               static_cast<double>(applied.token.epoch.value));
    page.gauge("understudy_assignment_revision",
               "Revision of the record that the host's assignment comes from.",
               static_cast<double>(applied.token.revision.value));
    page.gauge("understudy_assignment_reached",
               "Whether the host is what it was told to be (1) or on the way (0).",
               applied.reached ? 1 : 0);
    for (const auto role : kRoles) {
        page.gauge("understudy_assignment_role",
                   "The role that the host was given: 1, the other roles: 0.",
                   role == applied.role ? 1 : 0, {{"role", std::string(core::to_string(role))}});
    }
}

void add_lease(MetricPage& page, const core::LeaseFacts& lease) {
    page.gauge("understudy_lease_grants", "Witnesses that granted the primary's lease last.",
               lease.granted);
    page.gauge("understudy_lease_grants_needed", "Grants that make a lease.", lease.needed);
    page.gauge("understudy_lease_held", "Whether the primary may write under its lease.",
               lease.held ? 1 : 0);
}

void add_load_balancer(MetricPage& page, const core::LoadBalancerFacts& facts) {
    page.gauge("understudy_load_balancer_up",
               "Whether the agent's last observation of the load balancer succeeded.",
               facts.answering ? 1 : 0);
    page.gauge("understudy_route_revision", "Revision of the route that holds, 0 for none.",
               static_cast<double>(facts.route_applied.value));
}

void add_vip(MetricPage& page, const core::VipFacts& facts) {
    page.gauge("understudy_vip_held", "Whether the host holds the virtual address.",
               facts.held ? 1 : 0);
    page.counter("understudy_vip_taken_total",
                 "How often the virtual address came to the host since the agent's start.",
                 static_cast<double>(facts.taken));
    page.counter("understudy_vip_removed_total",
                 "How often the agent took the virtual address off the host.",
                 static_cast<double>(facts.removed));
    if (facts.changed) {
        page.gauge("understudy_vip_last_change_timestamp_seconds",
                   "When the virtual address last came to the host or left it.",
                   std::chrono::duration<double>(facts.changed->time_since_epoch()).count());
    }
}

void add_backend(MetricPage& page, const core::BackendFacts& facts) {
    page.gauge("understudy_backend_healthy", "Whether the web server can serve requests.",
               facts.healthy ? 1 : 0);
    const std::array states{std::pair{"healthy", facts.healthy},
                            std::pair{"sick", !facts.healthy && !facts.dead},
                            std::pair{"dead", !facts.healthy && facts.dead}};
    for (const auto& [state, holds] : states) {
        page.gauge("understudy_backend_state",
                   "1 for what the web server is. Sick: it answers wrong or late; dead: a process "
                   "is gone, or nobody takes connections.",
                   holds ? 1 : 0, {{"state", state}});
    }
}

void add_orphans(MetricPage& page, const std::vector<core::KeptOrphans>& orphans) {
    double transactions = 0;
    for (const auto& kept : orphans) transactions += static_cast<double>(kept.transactions);
    page.gauge("understudy_orphans_files", "Files of orphans that are kept on the host.",
               static_cast<double>(orphans.size()));
    page.gauge("understudy_orphans_transactions",
               "Transactions, cut off by rewinds, that nobody acknowledged and that are kept.",
               transactions);
}

}  // namespace

AgentState agent_state(std::string version, const core::HostReport& report,
                       std::map<std::string, core::ProcessState> services) {
    AgentState state{std::move(version), report.host,          std::move(services),
                     report.applied,     report.load_balancer, report.vip,
                     report.backend,     report.orphans,       report.sequence};
    if (report.database) state.lease = report.database->lease;
    return state;
}

MetricPage agent_metrics(const AgentState& state) {
    MetricPage page;
    page.gauge("understudy_build_info", "The running program; always 1.", 1,
               {{"host", state.host.value}, {"program", "agent"}, {"version", state.version}});
    page.counter("understudy_report_changes_total", "Changes of the host's report.",
                 static_cast<double>(state.report_sequence));
    add_services(page, state);
    if (state.applied) add_assignment(page, *state.applied);
    if (state.lease) add_lease(page, *state.lease);
    if (state.load_balancer) add_load_balancer(page, *state.load_balancer);
    if (state.vip) add_vip(page, *state.vip);
    if (state.backend) add_backend(page, *state.backend);
    if (state.orphans) add_orphans(page, *state.orphans);
    return page;
}

MetricPage config_metrics(const ConfigFacts& facts) {
    MetricPage page;
    page.gauge("understudy_config_last_reload_successful",
               "Whether the configuration could be read, and what of it needs no restart put in "
               "force, when it was last to be.",
               facts.last_reload_successful ? 1 : 0);
    page.gauge("understudy_config_last_reload_success_timestamp_seconds",
               "When the configuration was last read with success.",
               std::chrono::duration<double>(facts.last_success.time_since_epoch()).count());
    page.gauge("understudy_config_restart_needed",
               "Whether the configuration that was read last has something that counts only after "
               "a restart; the log says what.",
               facts.restart_needed ? 1 : 0);
    return page;
}

}  // namespace understudy::exporters

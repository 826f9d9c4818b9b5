#include "controller/agent_lines.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "adapters/log/log.h"

namespace understudy::controller {

namespace {

using adapters::log;
using adapters::LogLevel;
using core::HostName;

// Several heartbeats fit into the time after which a host counts as silent.
core::Millis heartbeat(const core::Policy& policy) {
    return std::clamp(policy.host_timeout / 4, core::Millis{25}, core::Millis{1000});
}

}  // namespace

AgentLines::AgentLines(const ControllerConfig& config, const ports::Clock& clock, Post post,
                       OnRefusal on_refusal)
    : clock_(clock), post_(std::move(post)), on_refusal_(std::move(on_refusal)) {
    for (const auto& [host, address] : config.agents) open(config, host, address);
}

void AgentLines::open(const ControllerConfig& config, const HostName& host,
                      const core::Address& address) {
    adapters::HttpClientOptions options;
    options.server = address;
    options.tls = config.tls;
    tellers_[host] = std::make_unique<AgentTeller>(
        options, [this, host](const core::Error& error) { not_told(host, error); });
    listeners_[host] = std::make_unique<AgentListener>(
        options, heartbeat(config.policy), clock_,
        [this, host](core::HostReport report, core::MonotonicTime asked) {
            heard(host, std::move(report), asked);
        },
        [this, host](const core::Error& error) { unheard(host, error); });
}

void AgentLines::heard(const HostName& host, core::HostReport report, core::MonotonicTime asked) {
    const auto now = clock_.now().monotonic;
    if (report.host != host) {
        unheard(host, {core::ErrorCode::kInvalid, "ask for the report",
                       "this agent is " + report.host.value + "; check the addresses", 0});
        return;
    }
    post_(Heard{std::make_shared<core::HostReport>(std::move(report)), asked, now});
    if (filter_.worth("listen " + host.value, "", now)) {
        log(LogLevel::kInfo, host.value + " is heard", {{"host", host.value}});
    }
}

void AgentLines::unheard(const HostName& host, const core::Error& error) {
    post_(Unheard{host, error.detail});
    if (filter_.worth("listen " + host.value, error.detail, clock_.now().monotonic)) {
        log(LogLevel::kWarn, host.value + " cannot be heard: " + describe(error),
            {{"host", host.value}});
    }
}

void AgentLines::not_told(const HostName& host, const core::Error& error) {
    if (error.code == core::ErrorCode::kConflict) {
        on_refusal_(host);
        post_(Refused{host});
    }
    if (!filter_.worth("tell " + host.value, error.detail, clock_.now().monotonic)) return;
    if (error.code == core::ErrorCode::kConflict) {
        log(LogLevel::kError,
            host.value +
                " refuses what it is told, because it was told something newer: another "
                "controller is active, or this one's store is older than the cluster",
            {{"host", host.value}, {"detail", error.detail}});
    } else {
        log(LogLevel::kWarn, host.value + " could not be told: " + describe(error),
            {{"host", host.value}});
    }
}

void AgentLines::tell(const Telling& telling) {
    for (const auto& [host, assignment] : telling.assignments) {
        const auto teller = tellers_.find(host);
        if (teller != tellers_.end()) teller->second->tell(assignment);
    }
    for (const auto& [host, route] : telling.routes) {
        const auto teller = tellers_.find(host);
        if (teller != tellers_.end()) teller->second->tell(route);
    }
}

}  // namespace understudy::controller

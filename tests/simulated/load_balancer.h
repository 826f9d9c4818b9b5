// A load balancer that does at once as it is told.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "ports/load_balancer.h"

namespace understudy::simulated {

class LoadBalancer final : public ports::LoadBalancer {
  public:
    core::Result<core::LoadBalancerFacts> observe(core::Millis /*deadline*/) override {
        core::LoadBalancerFacts facts;
        facts.answering = true;
        for (const auto& host : writers_up) facts.writers[host].up = true;
        for (const auto& [host, passes] : writer_checks) facts.writers[host].check_passes = passes;
        for (const auto& [host, passes] : web_checks) {
            facts.web[host] = {passes && !draining.contains(host), passes,
                               passes ? "L7OK" : "L4CON", 0, passes && draining.contains(host)};
        }
        return facts;
    }
    core::Result<void> apply(const core::Route& told, core::Millis /*deadline*/) override {
        if (refusal) return tl::unexpected(*refusal);
        route = told;
        writers_up.clear();
        if (told.writer) writers_up.insert(*told.writer);
        bool one_serves = false;
        for (const auto& host : told.web) one_serves = one_serves || web_checks[host];
        draining = one_serves ? told.drained : std::set<core::HostName>{};
        return {};
    }

    std::optional<core::Error> refusal;  // of every route
    core::Route route;
    std::set<core::HostName> writers_up;
    std::map<core::HostName, bool> writer_checks;
    std::map<core::HostName, bool> web_checks;  // of each web server: whether it passes
    std::set<core::HostName> draining;
};

}  // namespace understudy::simulated

// A load balancer that does at once as it is told.
#pragma once

#include "ports/load_balancer.h"

namespace understudy::simulated {

class LoadBalancer final : public ports::LoadBalancer {
  public:
    core::Result<core::LoadBalancerFacts> observe(core::Millis /*deadline*/) override {
        core::LoadBalancerFacts facts;
        facts.answering = true;
        if (route.writer) facts.writers[*route.writer].up = true;
        return facts;
    }
    core::Result<void> apply(const core::Route& told, core::Millis /*deadline*/) override {
        route = told;
        return {};
    }

    core::Route route;
};

}  // namespace understudy::simulated

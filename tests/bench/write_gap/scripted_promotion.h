// The floor of a failover: what a script takes that knows already that the primary is dead and who
// is to follow, with every connection open: stop receiving, apply what was received, stop waiting,
// open for writes, point both load balancers. The agents are frozen meanwhile (milliseconds) and
// everything is put back as it was, so the cluster does not notice. Nobody may write while it runs.
#pragma once

#include <chrono>
#include <vector>

#include "adapters/mysql/connection.h"
#include "core/result.h"
#include "tests/stack/load_balancers.h"
#include "tests/stack/process.h"

namespace understudy::bench {

class ScriptedPromotion {
  public:
    // On a protected cluster; the replica is the one that is promoted.
    static core::Result<ScriptedPromotion> prepare(const std::string& primary,
                                                   const std::string& replica);

    // One promotion, and back.
    core::Result<std::chrono::microseconds> measure();

  private:
    ScriptedPromotion(std::string primary, std::string replica, adapters::MySqlLogin root);
    core::Result<std::chrono::microseconds> promote();
    core::Result<void> put_back();
    core::Result<void> route_to(const std::string& server);
    core::Result<void> execute(const std::string& sql);
    core::Result<void> signal_agents(int number);

    std::string primary_;
    std::string replica_;
    adapters::Connection connection_;
    stack::LoadBalancers balancers_;
    std::vector<stack::Process> agents_;
};

}  // namespace understudy::bench

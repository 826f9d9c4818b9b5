// An operation's moments, from the controller's own and from the agents' marks, until it is over
// for the users too: every load balancer that can be heard sends writers to the new primary.
//
// Names of the marks, in the order of a failover: noticed, decided, recorded (this controller),
// received, stored, receiver_stopped, drained, opened (the new primary's agent), route_recorded
// (this controller), "routed LB" for each load balancer, routed (the last of them), completed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/cluster.h"

namespace understudy::controller {

class OperationTrail {
  public:
    // After a restart: takes up an operation that had ended but was not completed.
    void resume(const core::Record& record, core::MonotonicTime now);

    // `after` was just written over `before`.
    void recorded(const core::Record& before, const core::Record& after, core::Now now);

    // No operation waits to be completed.
    [[nodiscard]] bool idle() const { return !ended_; }

    // Notes which load balancers apply the awaited route.
    void look(const core::ClusterView& view);

    // The ended operation with all its marks, once: when all of the load balancers that were heard
    // within `fresh` route, or after a patience of 5 s.
    std::optional<core::Operation> completed(const core::Topology& topology,
                                             const core::ClusterView& view, core::Millis fresh,
                                             core::Now now);

  private:
    struct Ended {
        core::Operation operation;
        core::Revision route;
        core::MonotonicTime since;
        std::map<core::HostName, core::WallTime> routed;
    };

    std::vector<core::Mark> marks_;
    std::optional<Ended> ended_;
};

// Of an operation that ended: it did not happen, the former primary stays.
bool aborted(const core::Record& record, const core::Operation& operation);

const core::Mark* find_mark(const core::Operation& operation, const std::string& name);

}  // namespace understudy::controller

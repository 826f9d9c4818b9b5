// Notices where the virtual address is, for people: that it moved, that nobody holds it, that
// several do, and that one alone holds it again.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/cluster.h"

namespace understudy::controller {

class VipWatch {
  public:
    struct Notice {
        std::string kind;  // vip_moved, vip_lost, vip_held_twice, vip_held
        std::string reason;
        std::set<core::HostName> holders;
    };

    // A load balancer counts as a holder while it was heard within `fresh`.
    VipWatch(std::vector<core::HostName> load_balancers, core::Millis fresh);

    // The next change that nobody was told of yet; nothing while no agent watches the address. A
    // move is told at once. That nobody or several hold it is told when it outlasts a move: 2 s
    // and, since a holder that was cut off still counts for `fresh`, `fresh` and 1 s.
    std::optional<Notice> next(const core::ClusterView& view, core::MonotonicTime now);

    void fresh_for(core::Millis fresh) { fresh_ = fresh; }

    // The notice was recorded.
    void told(const Notice& notice);

  private:
    using Holders = std::set<core::HostName>;
    // Nothing: no agent that is heard watches the address.
    [[nodiscard]] std::optional<Holders> holders(const core::ClusterView& view,
                                                 core::MonotonicTime now) const;
    [[nodiscard]] std::string unheard(const core::ClusterView& view, core::MonotonicTime now) const;

    std::vector<core::HostName> load_balancers_;
    core::Millis fresh_;
    std::optional<Holders> seen_;
    core::MonotonicTime since_;  // what is seen has been so
    std::optional<Holders> told_;
    Holders last_alone_;  // who held it alone last: one, or none yet
};

}  // namespace understudy::controller

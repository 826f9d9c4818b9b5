// What each agent is to be told, and what it was told last: a level is sent when it changes, when
// its agent was started again, and again while the agent's report shows another one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/cluster.h"

namespace understudy::controller {

struct Telling {
    std::vector<std::pair<core::HostName, core::Assignment>> assignments;
    std::vector<std::pair<core::HostName, core::Route>> routes;
};

class Dispatch {
  public:
    // What is due now; counts as told. The new primary comes first: everybody waits for it.
    Telling due(const core::Record& record, const core::Topology& topology,
                const core::ClusterView& view, core::MonotonicTime now);
    // Everybody holds what was due when it was last asked.
    [[nodiscard]] bool all_hold() const { return all_hold_; }

  private:
    template <class Level>
    struct Told {
        Level level;
        std::uint64_t agent_start = 0;
        core::MonotonicTime at;
        core::Revision record;  // that implied it, when it was last looked at
    };
    template <class Level>
    using Ledger = std::map<core::HostName, Told<Level>>;

    // The host holds what this very record told it: there is nothing to compare.
    template <class Level>
    static bool settled(const Ledger<Level>& ledger, const core::HostName& host,
                        const core::HostReport* report, core::Revision record);
    template <class Level>
    static bool note(Ledger<Level>& ledger, const core::HostName& host, Told<Level> due,
                     bool holds);

    Ledger<core::Assignment> assignments_;
    Ledger<core::Route> routes_;
    bool all_hold_ = false;
};

}  // namespace understudy::controller

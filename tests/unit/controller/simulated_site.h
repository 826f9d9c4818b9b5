// Two database hosts and two load balancers that do what they are told, around a ClusterLoop:
// state is changed, steps are made, outcomes are read.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "controller/cluster_loop.h"
#include "tests/simulated/clock.h"
#include "tests/simulated/state_store.h"

namespace understudy::controller::test {

inline const core::HostName kWeb1{"web1"};
inline const core::HostName kWeb2{"web2"};
inline const core::HostName kLb1{"lb1"};
inline const core::HostName kLb2{"lb2"};

core::Topology two_hosts();

// What the agents' first reports say: nothing assigned yet.
std::map<core::HostName, core::HostReport> first_reports();

// The host does what it is told; a host whose mysqld is gone, or that has done it, does nothing.
void carry_out(core::HostReport& report, const core::Assignment& assignment, core::WallTime at);
void carry_out(core::HostReport& report, const core::Route& route, core::WallTime at);

class SimulatedSite {
  public:
    SimulatedSite();

    // A site with web1 as primary and web2 in sync.
    void settle();

    // Everybody who is not silent reports; the loop steps; everybody who is not deaf obeys.
    Outgoing round(std::vector<Event> events = {});
    // Rounds, 20 ms apart, until nothing is written any more; all that came of them.
    Outgoing rounds(std::vector<Event> events = {});

    void kill_mysqld(const core::HostName& host);
    void start_mysqld(const core::HostName& host);
    core::HostReport& report(const core::HostName& host) { return reports_.at(host); }
    [[nodiscard]] const core::Record& record() const { return *store.record; }
    [[nodiscard]] std::vector<std::string> kinds() const;  // of the history, oldest first
    // A controller started anew on the same store.
    void restart_controller();

    simulated::Clock clock;
    simulated::StateStore store;
    std::set<core::HostName> silent;  // not heard, and not reached
    std::set<core::HostName> deaf;    // heard, but does not carry out what it is told
    std::unique_ptr<ClusterLoop> loop;

  private:
    void obey(const Telling& telling);
    [[nodiscard]] bool obeys(const core::HostName& host) const;
    void replicate();

    std::map<core::HostName, core::HostReport> reports_;
    std::map<core::HostName, core::HostReport>
        reported_;  // one that is other has the next sequence
};

// Appends what `more` brought.
void gather(Outgoing& all, Outgoing more);

}  // namespace understudy::controller::test

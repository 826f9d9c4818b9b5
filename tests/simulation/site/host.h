// One machine: its agent, and its mysqld or HAProxy with whoever starts them again.
//
// mysqld's life: down, then the step before its start (waits for the agent's word, rewinds), then
// recovery, then up. A power loss takes everything that is not on disk; a pause stops everything.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/site/agent_process.h"

namespace understudy::simulation {

// What the judge wants to know of a start.
struct Start {
    int server = 0;
    bool ordered = false;      // the agent said what the host is
    bool as_primary = false;   // or fenced: nothing is cut
    std::size_t prepared = 0;  // transactions that this start commits, unless they are cut
    core::RewindPlan plan;
    std::size_t committed_cut = 0;
    bool keeps = false;  // it is to be rebuilt: what it logged is kept
};

class Host {
  public:
    struct Links {
        Engine& engine;
        Network& network;
        std::function<void()> review;  // streams, after any change
        std::function<void(const Start&)> started;
        // An agent starts beside commits that wait: it does not know whether they do since always.
        std::function<void(int server)> forgotten{};
        // From this node to another host's agent and back.
        std::function<void(Node from, const core::HostName& host, core::Epoch epoch,
                           std::function<void(bool)> reply)>
            ask_witness{};
    };

    Host(Links links, Node node, std::unique_ptr<HostClock> clock);

    void run_database(MysqlServer& server, int index, const agent::KeeperPolicy& policy,
                      core::Millis canary_interval, const Seams& seams);
    void run_balancer(Proxy& proxy, int index, const Seams& seams);

    // Faults, and their ends.
    void start_agent();
    void kill_agent();
    void kill_mysqld(bool cleanly = false);
    void keep_mysqld_down(bool on);
    void freeze_mysqld(bool on);
    void restart_haproxy(Micros after);
    void lose_power();
    void power_on();
    void pause();
    // What a host that is rebuilt alone has cannot be kept; afterwards an operator starts it again.
    void keep_nothing(bool on);
    // An operator starts mysqld again, if the last start for that rebuild failed to keep it.
    void try_again_to_keep(core::Revision rebuild);
    void resume();

    // Runs now, or when the machine runs again; not at all when it loses power meanwhile.
    void deliver(std::function<void(Host&)> what);
    [[nodiscard]] AgentProcess* agent() const { return agent_.get(); }
    // Its agent has lived, and the machine run, since then; never, when they do not.
    [[nodiscard]] Micros tended_since() const {
        return agent_alive() && !paused_ ? tended_since_ : Micros::max();
    }
    [[nodiscard]] bool agent_alive() const { return agent_ && agent_->alive(); }
    [[nodiscard]] bool powered() const { return powered_; }
    [[nodiscard]] bool paused() const { return paused_; }
    [[nodiscard]] Node node() const { return node_; }
    [[nodiscard]] HostClock& clock() { return *clock_; }
    [[nodiscard]] const core::HostName& name() const { return name_; }
    [[nodiscard]] bool mysqld_down() const { return life_ == Life::kDown; }

    Mishaps mishaps;
    simulated::AssignmentStore assignments;
    static constexpr Micros kRestartDelay{1s};
    Micros restart_delay = kRestartDelay;
    Micros recovery{800ms};

  private:
    enum class Life { kDown, kBeforeStart, kRecovering, kUp };

    core::Result<void> kill_from_agent();
    void tell_rejoin(const std::optional<core::RejoinOrder>& order);
    void start_mysqld_after(Micros delay);
    void before_start();
    void rewind(const core::RejoinOrder& order);
    void execute(Start start);
    void note(const std::string& what, unsigned code);

    Links links_;
    Node node_;
    int index_ = 0;
    core::HostName name_;
    std::unique_ptr<HostClock> clock_;
    MysqlServer* server_ = nullptr;
    Proxy* proxy_ = nullptr;
    std::optional<AgentGround> ground_;
    std::unique_ptr<AgentProcess> agent_;
    std::vector<std::unique_ptr<AgentProcess>> former_agents_;  // events may still name them
    std::uint64_t agent_starts_ = 0;

    Life life_ = Life::kDown;
    std::uint64_t life_change_ = 0;
    std::uint64_t incarnation_ = 0;
    bool kept_down_ = false;
    std::optional<core::RejoinOrder> order_;  // the file in /run
    std::optional<core::LastStart> last_start_;
    bool keeps_nothing_ = false;
    bool powered_ = true;
    bool paused_ = false;
    Micros tended_since_{0};
    std::vector<std::function<void(Host&)>> inbox_;  // of a paused machine
};

}  // namespace understudy::simulation

// One cluster's judgement and record: events in, messages out. The whole behaviour of the
// controller short of threads and sockets, so that a simulator can run it as it is.
//
// Order, always: decide, write the record, then tell. After a write whose outcome is unknown, the
// record is read again before anything is decided. step() is for one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "controller/dispatch.h"
#include "controller/host_watch.h"
#include "controller/operation_trail.h"
#include "controller/vip_watch.h"
#include "core/decide.h"
#include "core/host_change.h"
#include "core/readiness.h"
#include "ports/clock.h"
#include "ports/state_store.h"

namespace understudy::controller {

using RequestId = std::uint64_t;

struct Heard {
    std::shared_ptr<const core::HostReport> report;  // never null; too large to be moved about
    core::MonotonicTime asked;
    core::MonotonicTime at;
};
struct Unheard {
    core::HostName host;
    std::string trouble;
};
// It holds something newer than it was told: the record here may be an old one.
struct Refused {
    core::HostName host;
};
struct OperationAsked {
    RequestId id = 0;
    core::Request request;
};
struct PauseAsked {
    RequestId id = 0;
    bool paused = true;
    std::string reason;
};
struct HostChangeAsked {
    RequestId id = 0;
    core::HostRequest request;
    std::string by;
};
// The configuration was read again: the same hosts, with other priorities, sites or policy.
struct Reconfigured {
    core::Topology topology;
    core::Policy policy;
};
using Event = std::variant<Heard, Unheard, Refused, OperationAsked, PauseAsked, HostChangeAsked,
                           Reconfigured>;

// The end of a request: done, or why not.
struct Answer {
    RequestId id = 0;
    bool done = false;
    std::string reason;
    std::optional<core::Operation> operation;
};

struct Outgoing {
    Telling telling;
    std::vector<ports::HistoryEntry> recorded;  // what was written in this step
    std::vector<core::Operation> completed;     // operations that are over, with all marks
    std::vector<Answer> answers;
    std::vector<std::string> notes;     // worth a line in the log, once
    std::vector<core::Error> troubles;  // of the store
    bool urgent_work_left = false;      // step again at once
};

// What others may read: immutable.
struct Snapshot {
    core::Now at;
    core::Record record;
    core::ClusterView view;
    core::Readiness readiness;
    std::map<core::HostName, bool> reachable;             // heard within host_timeout; every host
    std::map<core::HostName, std::string> needs_rebuild;  // why, for hosts that cannot follow
    std::map<core::HostName, std::string> unheard;        // why, for hosts that do not answer
    std::optional<std::string> store_trouble;
    std::string undecided;           // why nothing is decided although something should be
    int acknowledgements_asked = 0;  // of each commit, by the policy; 0: it is asynchronous
};

class ClusterLoop {
  public:
    using Decide = std::function<core::Decision(const core::Inputs&)>;

    ClusterLoop(core::Topology topology, core::Policy policy, ports::StateStore& store,
                const ports::Clock& clock, Decide decide = core::decide);

    // Reads the record; the store's error when it cannot.
    core::Result<void> start();

    Outgoing step(std::vector<Event> events);

    [[nodiscard]] Snapshot snapshot() const;

  private:
    struct Running {
        RequestId id = 0;
        core::WallTime started;
    };

    // Whether it says more than that a host is still there.
    bool absorb(Event event);
    bool absorb(const Heard& heard);
    [[nodiscard]] bool at_rest(const Outgoing& out) const;
    [[nodiscard]] core::MonotonicTime rest_until(core::MonotonicTime now) const;
    [[nodiscard]] core::MonotonicTime told_at(const Heard& heard) const;
    bool reload(Outgoing& out);
    void adopt(const core::Record& next, Outgoing& out);
    void take_stock(Outgoing& out);
    void decide(Outgoing& out);
    bool follow(const core::Decision& decision, Outgoing& out);
    void answer_front(const core::Decision& decision, Outgoing& out);
    void answer_pauses(Outgoing& out);
    void answer_host_changes(Outgoing& out);
    Answer carry_out(const HostChangeAsked& asked, Outgoing& out);
    void answer_running(bool done, const std::string& reason, const core::Operation& operation,
                        Outgoing& out);
    void complete_operation(Outgoing& out);
    void report_news(Outgoing& out);
    void report_silence(Outgoing& out);
    void report_orphans(Outgoing& out);
    void report_vip(Outgoing& out);
    void note_undecided(const std::string& why, Outgoing& out);
    bool write(const core::Record& next, ports::HistoryEntry entry, Outgoing& out);
    [[nodiscard]] ports::HistoryEntry entry(const core::Record& next, std::string kind,
                                            std::string reason, bool event) const;

    core::Topology topology_;
    core::Policy policy_;
    std::set<core::HostName> hosts_;
    ports::StateStore& store_;
    const ports::Clock& clock_;
    Decide decide_;

    core::MonotonicTime listening_since_;
    core::MonotonicTime stepped_;  // the newest step began
    // Nothing was to be done, and without news nothing will be until then.
    core::MonotonicTime resting_until_;
    core::Record record_;
    core::ClusterView view_;
    core::PositionTrail positions_;  // of the primary, where the policy is asynchronous
    std::map<core::HostName, std::string> unheard_;
    std::deque<OperationAsked> asked_;
    std::deque<PauseAsked> pauses_;
    std::deque<HostChangeAsked> host_changes_;
    std::optional<Running> running_;
    Dispatch dispatch_;
    OperationTrail trail_;
    std::optional<core::Operation> completed_;  // over, but not yet recorded as such
    HostWatch watch_;
    VipWatch vip_;
    std::optional<std::string> store_trouble_;  // the record must be read again
    bool perhaps_old_ = false;                  // the record is to be read again
    std::string undecided_;
};

}  // namespace understudy::controller

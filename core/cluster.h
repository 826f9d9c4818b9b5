// The cluster as configured (topology, policy), as recorded, and as seen.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/facts.h"
#include "core/gtid_set.h"
#include "core/identity.h"
#include "core/rewind_plan.h"
#include "core/role.h"

namespace understudy::core {

struct Address {
    std::string host;
    std::uint16_t port = 0;
    bool operator==(const Address&) const = default;
};

struct DatabaseHost {
    HostName name;
    Address address;     // where clients and replicas reach its MySQL
    int priority = 100;  // of equals, the highest is promoted; 0: never
    std::string site{};  // before priority, one where the primary was is promoted
    bool operator==(const DatabaseHost&) const = default;
};

struct Topology {
    std::string cluster;
    std::vector<DatabaseHost> databases;
    std::vector<HostName> load_balancers;
    std::vector<HostName> web_backends;
    std::map<HostName, Address> agents{};  // the control ports of their agents

    [[nodiscard]] const DatabaseHost* database(const HostName& name) const;
    bool operator==(const Topology&) const = default;
};

// What an automatic failover may cost where commits do not wait for a replica.
struct AsyncDurability {
    std::uint64_t max_loss = 1000;  // transactions that the primary was last heard to have executed
    Millis max_lag{10000};          // how far back in time writes may be lost
    Millis lease{3000};             // a primary that is cut off writes no longer than this
    bool operator==(const AsyncDurability&) const = default;
};

struct Policy {
    bool automatic_failover = true;
    std::optional<AsyncDurability> async;  // nothing: lossless
    Millis host_timeout{1000};             // a host is silent after this long without a word
    Millis hang_timeout{2000};             // its agent kills a mysqld whose canary stalls this long
    Millis ack_stall_timeout{500};  // how long writes may wait for a replica that is not there
    Millis switchover_timeout{
        5000};  // a switchover that has not fenced the old primary by then is aborted
    Millis max_reader_lag{5000};  // see core/reader_lag.h
    int acknowledgements = 1;     // how many replicas each commit waits for
    int failovers_per_window = 3;
    std::chrono::seconds failover_window{600};
    // A replica that cannot follow is rebuilt by itself; otherwise it is only reported.
    bool automatic_rebuild = false;
    // A primary that was replaced by a failover follows by itself as soon as it is back; otherwise
    // it stays closed until an operator says so.
    bool automatic_rejoin = true;
    bool operator==(const Policy&) const = default;
};

enum class Phase {
    kBootstrap,  // no primary yet
    kAlone,      // a writable primary, nobody in sync
    kAdmitting,  // a replica is on its way into in_sync, or the primary under its lease
    kProtected,  // in_sync is not empty, commits wait; or the primary writes under a lease
    kDraining,   // switchover: the old primary is being fenced
    kGathering,  // failover among several members, or of a leased primary: they stop receiving,
                 // the lease is revoked, then one is chosen
    kPromoting,  // the new primary is told to open
};

std::string_view to_string(Phase phase);
std::optional<Phase> phase_from_string(std::string_view text);

struct HostRole {
    Role role = Role::kFenced;
    HostName source;  // whom a replica follows; of a host that is rebuilt: the donor
    Revision since;   // the record's revision that gave it
    std::optional<Rebuild> rebuild{};
    bool operator==(const HostRole&) const = default;
};

enum class OperationKind { kBootstrap, kFailover, kSwitchover };

std::string_view to_string(OperationKind kind);
std::optional<OperationKind> operation_kind_from_string(std::string_view text);

struct Operation {
    OperationKind kind = OperationKind::kFailover;
    HostName from;
    HostName to;
    std::string cause;
    WallTime started;
    GtidSet must_hold;  // `to` opens only when it holds these
    // … and in this run of its mysqld: a restart may drop what it received and had not applied.
    std::optional<std::uint64_t> incarnation;
    std::vector<Mark> marks;  // noticed, decided, …
    // What a leased primary had executed when it was last heard: the measure of what is lost.
    GtidSet last_heard{};
    GtidSet retrieved{};  // what `to` had received in that run when it was chosen
    bool operator==(const Operation&) const = default;
};

// Where the load balancers send sessions. No writer: hold (or refuse) new ones.
struct Route {
    Revision revision;  // the record's revision that last changed it
    Epoch epoch;
    std::optional<HostName> writer;
    std::set<HostName> readers;
    std::set<HostName> web;
    // Get no new requests though they may be well; what is under way is answered. None of `web`.
    std::set<HostName> drained{};
    bool operator==(const Route&) const = default;
};

struct Pause {
    bool paused = false;
    std::string reason;
    bool operator==(const Pause&) const = default;
};

// How often of late writes stood still because a replica acknowledged too slowly.
struct AckStalls {
    int count = 0;
    WallTime newest{};
    bool operator==(const AckStalls&) const = default;
};

// The truth about one cluster; what is not in it has not been decided.
struct Record {
    // Gives the host that role as of this revision.
    void tell(const HostName& host, Role role, const HostName& source = HostName{});

    Revision revision;
    Epoch epoch;
    Phase phase = Phase::kBootstrap;
    HostName primary;
    std::set<HostName> in_sync;  // hold every acknowledged write
    // The run of mysqld in which each was admitted: a restart may drop relay logs, and with them
    // writes that were acknowledged but not yet applied.
    std::map<HostName, std::uint64_t> admitted_incarnation;
    // What each had received then: in that run it only grows, unless somebody resets it.
    std::map<HostName, GtidSet> admitted_retrieved{};
    std::map<HostName, HostRole> roles;
    GtidSet promotion_point;  // GTIDs of the primary when it was last promoted
    std::optional<Operation> operation;
    std::optional<Operation> last_operation;  // the newest that ended
    Pause pause;
    Route route;
    std::vector<WallTime> recent_failovers;
    std::optional<WallTime> phase_since;
    // When the newest orphans of each host that the history tells of were kept.
    std::optional<std::map<HostName, WallTime>> orphans_told;
    std::map<HostName, std::string> maintenance;  // hosts that are spared, and why
    int acknowledgements = 1;                     // how many members each commit waits for
    // Were told to acknowledge, and have not confirmed yet that they no longer do.
    std::set<HostName> unconfirmed;
    Millis lease{0};       // of the primary; 0: it writes without
    Millis open_after{0};  // the new primary opens this long after it was told to
    std::map<HostName, std::string> rebuild_asked;  // by whom; not begun, or not complete
    // That of the latest promotion that may have given up writes that were waited for: a host that
    // was told nothing since may have committed what the promotion point lacks. 0: none did.
    Epoch loss_epoch{};
    std::map<HostName, AckStalls> stalls{};
    std::set<HostName> not_rejoined;  // replaced by a failover; closed until an operator's word
    std::map<HostName, std::string> drained{};  // web servers to be left alone, and by whom
    bool operator==(const Record&) const = default;
};

// Whom a primary asks for its lease: agents of other hosts, each of which grants it as long as it
// has been told of no later epoch.
struct Witness {
    HostName host;
    Address agent;
    bool operator==(const Witness&) const = default;
};

struct LeaseTerms {
    Millis length{0};  // from when the grants were asked for
    int needed = 1;    // how many grants make a lease
    std::vector<Witness> witnesses;
    bool operator==(const LeaseTerms&) const = default;
};

// What a database host is told to be. A level, not an edge: repeating it changes nothing.
struct Assignment {
    FencingToken token;
    Role role = Role::kFenced;
    std::optional<Address> source;
    GtidSet must_hold;                         // a primary opens only when it holds these
    std::optional<std::uint64_t> incarnation;  // and in this run of its mysqld
    GtidSet promotion_point;   // of the present primary: what a returning host may keep
    int acknowledgements = 1;  // of a lossless primary: how many replicas each commit waits for
    std::optional<LeaseTerms> lease;  // of a primary: it asks for one; a leased one needs it
    Millis open_after{0};             // it opens this long after it was told, not before
    std::optional<Rebuild> rebuild{};
    Epoch loss_epoch{};   // as in the record
    GtidSet retrieved{};  // of a host that opens: what it had received when it was chosen
    bool operator==(const Assignment&) const = default;
};

// What an agent keeps across its restarts.
struct HeldAssignment {
    Assignment assignment;
    // It was told to wait for acknowledgements, and nothing has let its waiting commits go since,
    // nor was anything given up that others acknowledged: if mysqld dies now, its storage engine
    // has not committed what the promotion point lacks. Each start waits until it is told
    // otherwise.
    bool waiting = false;
    // As the primary that it was told to be it had all that it must hold, and opened for writes, or
    // was about to: whatever its mysqld loses in a restart since, it is not that.
    bool opened = false;
    bool operator==(const HeldAssignment&) const = default;
};

// The assignment that the record implies for a host; nothing for a host the record does not know.
std::optional<Assignment> assignment_for(const HostName& host, const Record& record,
                                         const Topology& topology);

// Who grants leases to that primary: the agents of every other database host and load balancer.
std::vector<HostName> witnesses_of(const HostName& primary, const Topology& topology);

// What a host that held `before` holds once it is told `next`.
HeldAssignment taken_up(const std::optional<HeldAssignment>& before, const Assignment& next);

// What the step before mysqld's start is told of a host that holds this.
RejoinOrder rejoin_order(const HeldAssignment& held);

// Of a host whose mysqld died: it may have transactions that nobody acknowledged, and what it holds
// does not say what to cut off; the next start commits them.
bool starts_with_orphans(const HeldAssignment& held);

// A promotion that can never be completed: the run of mysqld that it was given to ended before it
// opened, or its relay logs were reset, and with that may have gone what was received but not
// applied. `opened`: as HeldAssignment says; its own transactions tell nothing, as somebody may
// have written on it by hand.
bool promotion_forfeited(const Assignment& assignment, const DatabaseFacts& facts, bool opened);

struct HostObservation {
    HostReport report;
    MonotonicTime heard;  // when the last answer (also an empty heartbeat) came
};

// The controller's latest knowledge; a host never heard of is absent.
using ClusterView = std::map<HostName, HostObservation>;

}  // namespace understudy::core

// What one host's agent knows of its host at one moment. Values only: gathering them is the
// agent's work, judging them is decide()'s and next_step()'s.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clone.h"
#include "core/gtid_set.h"
#include "core/identity.h"
#include "core/orphans.h"
#include "core/role.h"

namespace understudy::core {

enum class ProcessState { kUnknown, kRunning, kGone };
enum class ReceiverState { kStopped, kConnecting, kRunning };

struct ReplicationFacts {
    bool configured = false;  // a replication channel exists
    std::string source_host;
    std::uint16_t source_port = 0;
    ReceiverState receiver = ReceiverState::kStopped;
    bool applier_running = false;
    int receiver_error = 0;  // MySQL's numbers, 0 for none
    int applier_error = 0;
    std::string error_text;
    GtidSet retrieved;                  // received into the relay log
    std::optional<double> lag_seconds;  // by the primary's heartbeat row
    // Since the receiver last heard anything of its source, or the agent started it.
    std::optional<Millis> source_silent;
    bool operator==(const ReplicationFacts&) const = default;
};

struct SemiSyncFacts {
    bool source_enabled = false;   // commits wait
    int source_clients = 0;        // acknowledging replicas attached
    int waiting_sessions = 0;      // commits that wait right now
    bool replica_enabled = false;  // would acknowledge
    bool replica_active = false;   // does acknowledge
    int acknowledgements = 1;      // for how many a commit waits
    bool operator==(const SemiSyncFacts&) const = default;
};

struct CanaryFacts {
    Millis age{0};               // for how long no write of the canary has completed, 0: none waits
    bool waits_for_ack = false;  // the stall is the want of an acknowledgement, not a sick server
    bool operator==(const CanaryFacts&) const = default;
};

// Of a primary that was told to ask for a lease.
struct LeaseFacts {
    int granted = 0;  // in the last round
    int needed = 0;
    bool held = false;    // it may write
    Millis short_for{0};  // since a round last had enough grants; 0: it has
    bool operator==(const LeaseFacts&) const = default;
};

struct DatabaseFacts {
    ProcessState process = ProcessState::kUnknown;
    std::uint64_t incarnation = 0;  // changes when mysqld is started again; 0 before the first
    bool answering = false;         // the last observation succeeded; the fields below are from it
    std::string trouble;            // why it is not answering
    std::string server_uuid;
    std::string version;
    bool super_read_only = false;
    bool closing = false;  // it was told to close, refuses writes, and waits for what is under way
    int client_sessions = 0;  // sessions of others than the agent, replication and the system
    GtidSet executed;
    ReplicationFacts replication;
    SemiSyncFacts semi_sync;
    std::optional<CanaryFacts> canary;  // only on a writable host
    std::optional<LeaseFacts> lease;
    CloneFacts clone;
    bool operator==(const DatabaseFacts&) const = default;
};

// How far the host has come towards what it was told to be.
struct AppliedAssignment {
    FencingToken token;
    Role role = Role::kFenced;
    bool reached = false;
    bool tied = false;    // to one run of mysqld, until it is told that it opened
    bool opened = false;  // it has, or was about to: it is no longer tied to that run
    std::string detail;   // what it is doing, or what hinders it
    std::optional<GtidSet> promotion_point;  // GTIDs executed just before it opened for writes
    std::vector<Mark> marks;
    bool operator==(const AppliedAssignment&) const = default;
};

struct ProxyServerFacts {
    bool up = false;            // gets new connections
    bool check_passes = false;  // the load balancer's own health check
    std::string last_check;     // "L7OK", "L4CON", …
    int sessions = 0;
    bool draining = false;  // alive, but gets no new requests by an administrative word
    bool operator==(const ProxyServerFacts&) const = default;
};

struct LoadBalancerFacts {
    ProcessState process = ProcessState::kUnknown;
    bool answering = false;
    std::string trouble;
    Revision route_applied;  // the revision of the route that holds in HAProxy now, 0 for none
    std::vector<Mark> marks;
    std::map<HostName, ProxyServerFacts> writers;
    std::map<HostName, ProxyServerFacts> web;
    bool operator==(const LoadBalancerFacts&) const = default;
};

// The address that moves between the load balancers, on one of them.
struct VipFacts {
    bool held = false;
    ProcessState keepalived = ProcessState::kUnknown;
    std::uint64_t taken = 0;          // how often it came here since the agent's start
    std::uint64_t removed = 0;        // how often the agent took it off
    std::optional<WallTime> changed;  // when it last came or went
    std::string trouble;              // why it could not be taken off
    bool operator==(const VipFacts&) const = default;
};

// A web server's chain, checked as deep as it is configured.
struct BackendFacts {
    bool healthy = false;
    // A process is gone, or nobody takes connections; as against sick: it answers wrong or late.
    bool dead = false;
    std::string cause;  // empty when healthy
    bool operator==(const BackendFacts&) const = default;
};

struct HostReport {
    HostName host;
    std::uint64_t sequence = 0;     // rises with each change; restarts with the agent
    std::uint64_t agent_start = 0;  // distinguishes one run of the agent from the next
    std::optional<DatabaseFacts> database;
    std::optional<AppliedAssignment> applied;
    std::optional<LoadBalancerFacts> load_balancer;
    std::optional<VipFacts> vip;
    std::optional<BackendFacts> backend;
    // The highest epoch its database side (kept for good) and its load balancer's side were told
    // of: it grants no lease of a lower one.
    std::optional<Epoch> database_epoch;
    std::optional<Revision> database_revision{};  // with it: what it was last told, and stored
    std::optional<Epoch> route_epoch;
    std::optional<WallTime> database_gone_at;         // when the agent noticed mysqld's death
    std::optional<std::vector<KeptOrphans>> orphans;  // the oldest first; nothing: none are watched
    std::optional<LastStart> last_start;
    bool operator==(const HostReport&) const = default;
};

}  // namespace understudy::core

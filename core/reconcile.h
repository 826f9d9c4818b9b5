// The agent's judgement: the next single step from what the database is towards what it was told
// to be. Pure; the agent performs the step, observes again and asks again. Idempotent: where the
// assignment holds, the answer is kReached and nothing is touched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cluster.h"
#include "core/facts.h"

namespace understudy::core {

enum class StepKind {
    kReached,        // nothing to do
    kWait,           // something has to happen first; observe again soon
    kBlocked,        // cannot be reached as things are; the reason says why
    kStopReceiver,   // STOP REPLICA IO_THREAD
    kStartReceiver,  // START REPLICA IO_THREAD
    kStartApplier,   // START REPLICA SQL_THREAD
    kDrain,          // wait, bounded, until `gtids` are executed
    kFollow,         // CHANGE REPLICATION SOURCE TO `source`, without starting
    kForgetSource,   // RESET REPLICA ALL; only once all that was received is applied
    kAcknowledgeOn,  // replica side of semi-sync on, receiver restarted if it runs
    kAcknowledgeOff,
    kWaitForAcksOn,  // source side of semi-sync on
    kWaitForAcksOff,
    kClone,       // begin to replace all data by those of `source`; the server ends when it is done
    kOpenWrites,  // super_read_only and read_only off
    kCloseWrites,   // super_read_only on
    kKillSessions,  // end every client session
    kKillServer,    // SIGKILL: the certain fence
};

std::string_view to_string(StepKind kind);

struct Step {
    StepKind kind = StepKind::kReached;
    std::string_view rule;
    std::string reason;
    std::optional<Address> source;  // of kFollow and kClone
    GtidSet gtids;                  // of kDrain
    int acknowledgements = 1;       // of kWaitForAcksOn: how many
    bool tidies = false;  // the role holds already; this only cleans up after the former one
};

// What a leased primary may do now.
enum class LeaseState {
    kHeld,
    kShort,  // stop writing: it was not renewed in time
    kOver,   // be surely closed: somebody else may open soon
};

// What the agent remembers between steps.
struct ReconcileMemory {
    std::uint64_t replication_started_in = 0;  // the incarnation in which the agent started both
                                               // threads: stopped since means by hand
    std::optional<MonotonicTime> assigned_at;  // when the present assignment was taken up
    std::optional<MonotonicTime> receiver_retry_at;    // not before: a receiver that failed
    std::optional<MonotonicTime> acknowledging_asked;  // when the receiver was last told to
    std::optional<MonotonicTime> clone_retry_at;       // not before: a clone that was begun
    std::string clone_trouble;                         // why it could not even be begun
    bool clone_stalled = false;                        // it has copied nothing for long
    bool opened = false;                               // as HeldAssignment says
};

struct ReconcileInputs {
    const Assignment& assignment;
    const DatabaseFacts& facts;
    const ReconcileMemory& memory;
    Millis fence_budget;  // after this long without reaching the fence the server is killed
    MonotonicTime now;
    LeaseState lease = LeaseState::kHeld;
    std::optional<LastStart> last_start{};  // looked at only where a host is rebuilt
};

Step next_step(const ReconcileInputs& inputs);

struct ReconcileRow {
    std::string_view id;
    std::string_view when;
    StepKind then;
};

std::vector<ReconcileRow> reconcile_table();

}  // namespace understudy::core

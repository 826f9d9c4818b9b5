// Two database servers for scenarios that have to end alike on real ones and on the simulation's
// model. Each begins as after a start: fenced, waiting for acknowledgements, not replicating, with
// nothing executed.
#pragma once

#include <memory>
#include <ostream>

#include "core/cluster.h"
#include "core/rewind_plan.h"
#include "ports/database.h"

namespace understudy::contract {

enum class Side { kA, kB };

enum class Ending {
    kWaits,         // it has not returned
    kAcknowledged,  // success
    kRefused,       // the server answered no
    kUnknown,       // the connection is lost: nobody told the client how it went
};

std::ostream& operator<<(std::ostream& stream, Ending ending);

// A client's session. One statement at a time.
class LabSession {
  public:
    virtual ~LabSession() = default;
    virtual void begin_write() = 0;
    virtual Ending ending(core::Millis within) = 0;
};

class Lab {
  public:
    virtual ~Lab() = default;

    // The agent's, over connections that it keeps.
    virtual ports::Database& database(Side side) = 0;
    virtual ports::Heartbeat& heartbeat(Side side) = 0;
    [[nodiscard]] virtual core::Address address(Side side) const = 0;

    // Nothing: not within that time.
    virtual std::unique_ptr<LabSession> log_in(Side side, core::Millis within) = 0;
    // An administrator's, in which a CREATE USER has begun.
    virtual std::unique_ptr<LabSession> create_account(Side side) = 0;

    // By hand, past the agent.
    virtual void stop_applier(Side side) = 0;
    virtual void stop_replica(Side side) = 0;
    virtual void repoint(Side side, Side source) = 0;  // whatever was received
    // Of a fenced server that follows nobody and wrote all that it has: it no longer has the last.
    virtual void lose_last_transaction(Side side) = 0;
    // All but a new, empty one, and but what a replica is being sent.
    virtual void purge_logs(Side side) = 0;

    virtual void kill_hard(Side side) = 0;   // SIGKILL
    virtual void ask_to_end(Side side) = 0;  // SIGTERM
    virtual void await_end(Side side) = 0;
    virtual void start(Side side) = 0;
    // The step before the start of a server that died waiting and became a replica.
    virtual core::RewindPlan rewind(Side side, const core::GtidSet& promotion_point) = 0;

    virtual void pass(core::Millis time) = 0;
};

}  // namespace understudy::contract

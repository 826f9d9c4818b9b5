// Where a run may differ from production: coverage is counted here, and mutants are put in here.
// Production code knows nothing of it.
#pragma once

#include <functional>

#include "agent/database_keeper.h"
#include "controller/cluster_loop.h"

namespace understudy::simulation {

// Faulty surroundings of the core, each off in an honest run.
struct Flaws {
    bool tells_before_writing = false;      // the controller: assignments, then the record
    bool timeout_is_failure = false;        // the store: an unknown outcome counts as not written
    bool tells_once = false;                // the controller: no level is repeated
    bool accepts_older_assignment = false;  // the agent: the token is not looked at
    bool accepts_older_route = false;
    bool forgets_assignment = false;  // the agent: nothing survives its end
    bool keeps_rejoin_order = false;  // the agent: not taken back once mysqld runs
    bool keeps_uuid = false;          // prestart: a rewound host numbers on as before
    bool rewinds_released = false;    // prestart: whatever was let go since
    bool boots_open = false;          // mysqld: not fenced by its configuration
    bool grants_anything = false;     // the agent: a lease of an epoch that has passed
    bool keeps_sessions = false;      // HAProxy: a re-route closes nothing
};

struct Seams {
    controller::ClusterLoop::Decide decide = core::decide;
    agent::DatabaseKeeper::NextStep next_step = core::next_step;
    Flaws flaws;
};

}  // namespace understudy::simulation

// The cluster as GET /v1/status shows it; docs/api.md describes the document.
#pragma once

#include <string>

#include "controller/cluster_loop.h"
#include "controller/site_waiting.h"

namespace understudy::controller {

struct ProgramFacts {
    std::string version;
    core::WallTime started;
};

// A web page, a script and the CLI read it: names stay. `now` tells how old the snapshot is.
std::string status_json(const Snapshot& snapshot, const core::Topology& topology,
                        const ProgramFacts& program, const WaitingByHost& waiting,
                        core::MonotonicTime now);

// The newest first.
std::string history_json(const std::vector<ports::HistoryEntry>& entries);

// Those of one host, or of all when it is empty; each host's oldest first.
std::string orphans_json(const Snapshot& snapshot, const core::HostName& host);

std::string answer_json(const Answer& answer);

}  // namespace understudy::controller

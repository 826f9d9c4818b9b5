// The operator's word on one host: leave it to me, take it back, spare it.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "core/cluster.h"

namespace understudy::core {

enum class HostChange {
    kDetach,            // a database host becomes the operator's; its agent only watches
    kAttach,            // it follows the primary again
    kBeginMaintenance,  // goes on as it is, but is not promoted, not read from, not sent requests
    kEndMaintenance,
    kRejoin,   // a primary that was replaced follows the new one (policy rejoin: manual)
    kRebuild,  // its data are replaced by another's, as soon as that can be begun
    kDrain,    // its web server gets no new requests; its database goes on as it is
    kUndrain,
};

// "detached", "attached", "maintenance_begun", "maintenance_ended", "rejoin_asked",
// "rebuild_asked", "drained", "undrained": as in the history.
std::string_view to_string(HostChange change);

struct HostRequest {
    HostChange change = HostChange::kDetach;
    HostName host;
    std::string reason;  // of maintenance; of a rebuild and a drain: by whom
    bool force = false;  // also a host that is in sync is rebuilt
};

// The next record, or why not, with the remedy. Detaching a replica in sync that is needed leaves
// the primary alone: in_sync is cleared in the same record.
tl::expected<Record, std::string> changed(const Record& record, const Topology& topology,
                                          const HostRequest& request, WallTime now);

}  // namespace understudy::core

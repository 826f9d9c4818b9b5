// Whether, and where, the tail of a returned primary's last binary log is cut.
//
// A primary that died while its commits waited has orphans: transactions in its binary log that no
// replica acknowledged and no client was told of. Cut off before mysqld starts, InnoDB rolls them
// back and the host can follow the new primary. The plan cuts only what is proven to be orphaned
// and not committed by the storage engine; everything else is refused with the reason.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clone.h"
#include "core/gtid_set.h"
#include "core/role.h"

namespace understudy::core {

struct LoggedTransaction {
    std::uint64_t offset = 0;  // where its GTID event begins
    std::string source;        // uuid[:tag]
    std::uint64_t number = 0;
};

// What a host that is about to start mysqld is now, as its agent knows it from the controller.
struct RejoinOrder {
    Role role = Role::kFenced;
    GtidSet promotion_point;           // of the present primary
    bool died_waiting = false;         // as in Lineage
    std::optional<Rebuild> rebuild{};  // of a host that is rebuilt
    bool operator==(const RejoinOrder&) const = default;
};

// What the last binary log says of itself.
struct LastLog {
    bool in_use = false;  // the server did not close it: it crashed
    GtidSet previous;     // in all earlier logs
    std::vector<LoggedTransaction> transactions;
    // Of each source the greatest number of a complete transaction in this log, also of those that
    // were left out above.
    std::map<std::string, std::uint64_t> newest;
    bool rotated = false;  // the server went on to another log, having committed everything in this
};

struct Lineage {
    std::string server_uuid;    // of this host
    GtidSet promotion_point;    // of the present primary
    bool died_waiting = false;  // it was told to wait for acknowledgements until it died, and
                                // has not run since
};

enum class RewindVerdict { kNothingToCut, kCut, kRefused };

struct RewindPlan {
    RewindVerdict verdict = RewindVerdict::kNothingToCut;
    std::uint64_t offset = 0;  // the file's new size, of kCut
    GtidSet orphans;
    std::string reason;
};

// Only what this very host numbered can be an orphan: whatever came from elsewhere was received.
bool is_orphan(const LoggedTransaction& transaction, const Lineage& lineage);

// The log's transactions before its first orphan may be left out.
RewindPlan plan_rewind(const LastLog& log, const Lineage& lineage);

}  // namespace understudy::core

// A database host's data replaced as a whole, by MySQL's clone plugin: what is seen of it, and what
// a host that is rebuilt has to know.
#pragma once

#include <cstdint>
#include <string>

#include "core/gtid_set.h"
#include "core/identity.h"

namespace understudy::core {

enum class CloneState { kNone, kRunning, kCompleted, kFailed };

// Of the newest clone onto a host, as its server tells it.
struct CloneFacts {
    CloneState state = CloneState::kNone;
    std::string begun;                   // the server's own time of it: tells one from another
    std::uint64_t bytes = 0;             // copied so far
    std::uint64_t total_bytes = 0;       // estimated until it is completed
    std::uint64_t bytes_per_second = 0;  // now
    int error = 0;                       // MySQL's number, of a failed one
    std::string error_text;
    bool operator==(const CloneFacts&) const = default;
};

// Of a host that is to be rebuilt; the same as long as the rebuilding lasts, whoever the donor is.
struct Rebuild {
    Revision since;            // of the record that decided it: its name
    GtidSet elsewhere;         // what need not be kept of it: the others have that
    std::string former_clone;  // CloneFacts::begun of the one before: only a later one counts
    bool operator==(const Rebuild&) const = default;
};

// What the step before mysqld's newest start did.
struct LastStart {
    WallTime at;
    std::string way;     // "nothing", "rewind", "refused", "kept" (before a rebuild), "failed"
    std::string reason;  // of a refusal or a failure
    GtidSet orphans;     // that were cut off, kept, or are why it was refused
    Revision rebuild;    // for which they were kept; 0: none
    bool operator==(const LastStart&) const = default;
};

// "1.2 GB of 5.0 GB, 110 MB/s, 35 s left"
std::string progress_text(const CloneFacts& clone);

}  // namespace understudy::core

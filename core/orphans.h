// What one rewind cut off a log, or only a host had that is rebuilt, as it is kept there.
#pragma once

#include <cstdint>
#include <string>

#include "core/gtid_set.h"
#include "core/identity.h"

namespace understudy::core {

struct KeptOrphans {
    std::string id;  // of letters, digits, '.', '_' and '-': the file's name without its ending
    WallTime kept_at;
    std::string log;           // the binary log that they were cut off
    std::uint64_t offset = 0;  // where
    GtidSet gtids;
    std::uint64_t transactions = 0;
    std::uint64_t bytes = 0;  // of them
    std::string way;          // "rewind" or "rebuild"
    bool operator==(const KeptOrphans&) const = default;
};

}  // namespace understudy::core

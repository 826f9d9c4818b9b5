// The orphans of one rewind, as they are kept on their host.
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
    std::uint64_t bytes = 0;  // that were cut off
    std::string way;          // "rewind"
    bool operator==(const KeptOrphans&) const = default;
};

}  // namespace understudy::core

// Carries out a rewind: keeps the orphans, then cuts them off.
//
// Crash-safe: the kept file is complete and durable before the log is touched, and the cut is one
// truncation; interrupted anywhere, the same plan can be made and carried out again.
#pragma once

#include <string>

#include "core/result.h"
#include "core/rewind_plan.h"

namespace understudy::adapters {

// The file beside a kept one that describes it (wire's KeptOrphans as JSON), by its ending.
constexpr const char* kOrphansLog = ".binlog";
constexpr const char* kOrphansNote = ".json";
constexpr const char* kOrphansSql = ".sql";
// In the same folder: what the newest step before mysqld's start did (wire's LastStart).
constexpr const char* kLastStart = "last-start";

struct RewindFiles {
    std::string log;          // the last binary log
    std::string orphans_dir;  // where orphans are kept, mode 0700; must exist
};

// Of a host whose data are to be replaced: all transactions in its logs that are not `elsewhere`,
// by the rules of rewind(), a kept file for each log; nothing is cut. What is kept already is not
// kept twice. Returns what is kept by now.
core::Result<core::GtidSet> keep_surplus(const std::string& index_file,
                                         const std::string& orphans_dir,
                                         const core::GtidSet& elsewhere);

// The kept file: a readable binary log of its own (the log's beginning, then the orphans), mode
// 0600, never overwritten by another's content, with its description beside it, mode 0640. kIo
// otherwise; then nothing was cut.
core::Result<std::string> rewind(const RewindFiles& files, const core::RewindPlan& plan);

}  // namespace understudy::adapters

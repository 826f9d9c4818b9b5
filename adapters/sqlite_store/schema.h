// The store's tables, and how a file comes to have them.
#pragma once

#include "adapters/sqlite_store/connection.h"

namespace understudy::adapters::sqlite {

// The file is sound, ours and of this version; an empty one gets the tables. kInvalid otherwise.
core::Result<void> prepare_schema(Connection& connection);

// A commit is then one fdatasync() of the write-ahead log, over blocks that are allocated already:
// making the log longer would double the cost. Checkpoints are the caller's to make in time; past
// 6 MiB of log, commits make them.
core::Result<void> tune_for_commits(Connection& connection);
core::Result<void> lengthen_log(Connection& connection);

}  // namespace understudy::adapters::sqlite

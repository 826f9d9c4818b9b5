// Reads what a rewind has to know of one MySQL binary log, without a server.
//
// Format v4 (dev.mysql.com, "MySQL Source: Binary Log Format"; libs/mysql/binlog/event in the
// server's sources): magic fe 'b' 'i' 'n', then events of a 19-byte header (timestamp, type, server
// id, size, end position, flags; little-endian), a body, and a CRC-32 where the format description
// says so. Everything read is bounded by the file; nothing in the file is trusted. Memory is
// bounded at any size of the file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/rewind_plan.h"

namespace understudy::adapters {

// Transactions before the first of which this is true are left out.
using IsFirstKept = std::function<bool(const core::LoggedTransaction&)>;

// kInvalid: not a binary log, corrupted before its end, encrypted, or with more transactions to
// keep than a million or of more than 100,000 sources; kIo; kNotFound. An incomplete last event is
// the crash's own and is ignored, as the server ignores it. Without `is_first_kept` all
// transactions are kept.
core::Result<core::LastLog> read_binlog(const std::string& file,
                                        const IsFirstKept& is_first_kept = nullptr);

// All files that the index names, the oldest first, as last_binlog() gives them.
core::Result<std::vector<std::string>> all_binlogs(const std::string& index_file);

// The last file that the index names, as a path; relative names are relative to the index's folder.
core::Result<std::string> last_binlog(const std::string& index_file);

// server-uuid from the data directory's auto.cnf.
core::Result<std::string> read_server_uuid(const std::string& auto_cnf);

}  // namespace understudy::adapters

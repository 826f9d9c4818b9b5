// Parts of a binary log, kept as a binary log of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/orphans.h"
#include "core/result.h"

namespace understudy::adapters {

struct ByteRange {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

// The log's beginning, then the ranges, to `folder`/`orphans.id`.binlog, mode 0600, and its
// description beside it, mode 0640; both are complete and on disk when this returns. Returns the
// kept file. kIo otherwise.
core::Result<std::string> keep_bytes(int log, const std::vector<ByteRange>& ranges,
                                     const std::string& folder, const core::KeptOrphans& orphans);

class LogFile {
  public:
    LogFile(const std::string& path, int flags, unsigned mode = 0);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  private:
    int fd_;
};

// Now, and errno as an error of kIo.
core::WallTime time_of_day();
tl::unexpected<core::Error> io_error(const std::string& operation);

}  // namespace understudy::adapters

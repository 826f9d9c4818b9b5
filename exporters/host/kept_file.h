// A file of the kernel that is read at every scrape: opened once, then read again from its start,
// which the kernel answers with what holds by then.
//
// Where it vanished (a device that is gone) it is opened anew at the next reading.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace understudy::exporters {

class KeptFile {
  public:
    explicit KeptFile(std::string path) : path_(std::move(path)) {}
    ~KeptFile();
    KeptFile(const KeptFile&) = delete;
    KeptFile& operator=(const KeptFile&) = delete;

    // Valid until the next reading. kNotFound: there is no such file; kIo: it cannot be read, errno
    // in `number`; kInvalid: it is longer than 8 MiB.
    core::Result<std::string_view> read();

  private:
    core::Result<void> open();
    void close();

    std::string path_;
    int fd_ = -1;
    std::string text_;
};

}  // namespace understudy::exporters

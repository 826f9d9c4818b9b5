// Asks filesystems for their usage without ever being held up by one that hangs (a dead NFS server
// leaves statvfs blocked for good). Questions run on a thread of their own; when one does not come
// back in time, that thread is left behind with it, the filesystem is not asked again until the
// question returns, and the next question gets a new thread. So there are at most as many threads
// left behind as there are hanging filesystems.
//
// One caller at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/identity.h"
#include "exporters/host/filesystem.h"

namespace understudy::exporters {

class MountProbe {
  public:
    // Nothing: the filesystem answered with an error. May block.
    using Ask = std::function<std::optional<FilesystemUsage>(const std::string& mountpoint)>;

    explicit MountProbe(Ask ask);
    ~MountProbe();
    MountProbe(const MountProbe&) = delete;
    MountProbe& operator=(const MountProbe&) = delete;

    // Nothing: an error, no answer within `patience`, or an earlier question has not returned yet.
    std::optional<FilesystemUsage> usage(const std::string& mountpoint, core::Millis patience);

  private:
    struct Worker;
    Ask ask_;
    std::shared_ptr<Worker> worker_;
    std::map<std::string, std::shared_ptr<Worker>> hanging_;
};

// By statvfs(3).
std::optional<FilesystemUsage> ask_statvfs(const std::string& mountpoint);

}  // namespace understudy::exporters

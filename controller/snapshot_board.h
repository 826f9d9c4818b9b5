// The newest snapshot of a cluster, for whoever asks. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "controller/cluster_loop.h"

namespace understudy::controller {

class SnapshotBoard {
  public:
    void publish(std::shared_ptr<const Snapshot> snapshot) {
        const std::lock_guard lock(mutex_);
        newest_ = std::move(snapshot);
    }

    // Never null once something was published.
    [[nodiscard]] std::shared_ptr<const Snapshot> newest() const {
        const std::lock_guard lock(mutex_);
        return newest_;
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> newest_;
};

}  // namespace understudy::controller

// How the last reading of the configuration went, for the page of metrics. Thread-safe.
#pragma once

#include <mutex>

#include "core/identity.h"
#include "exporters/agent/metrics.h"

namespace understudy::agent {

class ConfigState {
  public:
    // The configuration that it starts with was read by then.
    explicit ConfigState(core::WallTime started) : facts_{true, started, false} {}

    void read(core::WallTime at, bool restart_needed) {
        const std::lock_guard lock(mutex_);
        facts_ = {true, at, restart_needed};
    }
    // What was last said of a restart holds.
    void failed() {
        const std::lock_guard lock(mutex_);
        facts_.last_reload_successful = false;
    }
    [[nodiscard]] exporters::ConfigFacts facts() const {
        const std::lock_guard lock(mutex_);
        return facts_;
    }

  private:
    mutable std::mutex mutex_;
    exporters::ConfigFacts facts_;  // by mutex_
};

}  // namespace understudy::agent

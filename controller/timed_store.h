// A state store that tells how long each write took.
#pragma once

#include <chrono>
#include <functional>

#include "ports/clock.h"
#include "ports/state_store.h"

namespace understudy::controller {

class TimedStore final : public ports::StateStore {
  public:
    using OnWrite = std::function<void(std::chrono::microseconds took, bool good)>;

    TimedStore(ports::StateStore& store, const ports::Clock& clock, OnWrite on_write);

    core::Result<std::optional<core::Record>> load() override;
    core::Result<void> compare_and_swap(core::Revision expected, const core::Record& next,
                                        const ports::HistoryEntry& entry) override;
    core::Result<std::vector<ports::HistoryEntry>> history(int limit) override;

  private:
    ports::StateStore& store_;
    const ports::Clock& clock_;
    OnWrite on_write_;
};

}  // namespace understudy::controller

// The host's current report: parts of the agent write it, the control port reads it.
//
// Invariant: the sequence rises exactly when the content changes, so a reader that knows a sequence
// can wait for the next without missing one. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>

#include "core/facts.h"

namespace understudy::agent {

class ReportBoard {
  public:
    ReportBoard(core::HostName host, std::uint64_t agent_start);

    // Called, from the publishing thread, after each news. Set it before the first.
    void on_news(std::function<void()> tell) { tell_ = std::move(tell); }

    // `change` edits the report under the board's lock; returns whether it is news to the
    // controller (waiting readers are woken) or only fresher numbers.
    template <class Change>
    void publish(Change change) {
        {
            const std::lock_guard lock(mutex_);
            if (!change(report_)) return;
            ++report_.sequence;
        }
        changed_.notify_all();
        tell_();
    }

    [[nodiscard]] core::HostReport current() const;
    // Under the board's lock, without a copy.
    template <class Read>
    [[nodiscard]] auto read(Read read) const {
        const std::lock_guard lock(mutex_);
        return read(report_);
    }

    // (agent_start, sequence)
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> position() const;

    // At once when (agent_start, after) is not the present state, else once that changed or `wait`
    // has passed or the board is closed.
    [[nodiscard]] core::HostReport wait_for_news(std::uint64_t agent_start, std::uint64_t after,
                                                 core::Millis wait) const;

    // Wakes every reader, for good.
    void close();

  private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    core::HostReport report_;
    bool closed_ = false;
    std::function<void()> tell_ = [] {};
};

}  // namespace understudy::agent

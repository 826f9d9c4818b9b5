// A local server process: whether it lives, and its certain end.
#pragma once

#include <cstdint>
#include <functional>

#include "core/facts.h"
#include "core/result.h"

namespace understudy::ports {

// Called from the watch's own thread, as soon as it is noticed. To be brief, and not to throw.
struct ProcessEvents {
    // A process that ran has ended; also when the first look finds none.
    std::function<void(core::WallTime noticed)> on_death;
    std::function<void(std::uint64_t incarnation, core::WallTime noticed)> on_start;
};

// Every call may be made from any thread.
class ProcessWatch {
  public:
    virtual ~ProcessWatch() = default;

    // kUnknown until the first look.
    [[nodiscard]] virtual core::ProcessState state() const = 0;

    // Differs from one start of the process to the next; the last one's while it is gone, 0 before
    // the first. Already the new one when on_start is called.
    [[nodiscard]] virtual std::uint64_t incarnation() const = 0;

    // SIGKILL to the very process that is watched; on_death tells of its end. kNotFound: none runs;
    // kRefused: not permitted.
    virtual core::Result<void> kill_hard() = 0;
};

}  // namespace understudy::ports

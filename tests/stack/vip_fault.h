// The ways in which a load balancer that holds the virtual address is broken, and mended.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

enum class VipFault {
    kServerCutOff,      // nobody reaches the server, nor it anybody
    kHaproxyKilled,     // SIGKILL; Docker starts it again
    kHaproxyHung,       // SIGSTOP, until it is mended
    kKeepalivedKilled,  // SIGKILL of all its processes at once; Docker starts it again
};

inline constexpr std::array kVipFaults{VipFault::kServerCutOff, VipFault::kHaproxyKilled,
                                       VipFault::kHaproxyHung, VipFault::kKeepalivedKilled};

const char* name_of(VipFault fault);

class BrokenHolder {
  public:
    static core::Result<BrokenHolder> of(const std::string& server, VipFault fault);
    ~BrokenHolder();  // mends it
    BrokenHolder(BrokenHolder&& other) noexcept;
    BrokenHolder& operator=(BrokenHolder&&) = delete;
    BrokenHolder(const BrokenHolder&) = delete;
    BrokenHolder& operator=(const BrokenHolder&) = delete;

    // Just before it was broken.
    [[nodiscard]] core::WallTime since() const { return since_; }
    // Takes back what does not end by itself.
    core::Result<void> mend();

  private:
    struct Undo;
    BrokenHolder(core::WallTime since, std::unique_ptr<Undo> undo);

    core::WallTime since_;
    std::unique_ptr<Undo> undo_;
};

// Until HAProxy, keepalived and the agent of that load balancer run, HAProxy answers, and exactly
// one load balancer holds the address: `holder`.
core::Result<void> await_whole_pair(const std::string& server, const std::string& holder,
                                    core::Millis deadline);

// Until exactly this load balancer holds the address.
core::Result<void> await_holder(const std::string& holder, core::Millis deadline);

}  // namespace understudy::stack

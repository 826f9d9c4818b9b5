#include "tests/stack/wait.h"

#include <thread>

namespace understudy::stack {

core::Result<void> wait_until(const std::string& what, core::Millis deadline,
                              const std::function<std::string()>& still_wrong) {
    constexpr std::chrono::milliseconds kInterval{20};
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (true) {
        const auto wrong = still_wrong();
        if (wrong.empty()) return {};
        if (std::chrono::steady_clock::now() >= end) {
            return core::failure(core::ErrorCode::kTimeout, what,
                                 "after " + std::to_string(deadline.count()) + " ms: " + wrong);
        }
        std::this_thread::sleep_for(kInterval);
    }
}

}  // namespace understudy::stack

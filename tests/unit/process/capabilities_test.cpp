#include "adapters/process/capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace understudy::adapters {
namespace {

using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

Sets sets() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    Sets read{};
    EXPECT_EQ(::syscall(SYS_capget, &header, read.data()), 0);
    return read;
}

// In a thread of its own, since capabilities are a thread's.
TEST(Capabilities, ThatAreOnlyPermittedAreUsed) {
    std::jthread([] {
        __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
        auto idle = sets();
        for (auto& set : idle) set.effective = 0;
        ASSERT_EQ(::syscall(SYS_capset, &header, idle.data()), 0);
        ASSERT_EQ(sets().at(0).effective, 0U);
        ASSERT_TRUE(use_permitted_capabilities());
        EXPECT_EQ(sets().at(0).effective, idle.at(0).permitted);
        EXPECT_EQ(sets().at(1).effective, idle.at(1).permitted);
    }).join();
}

}  // namespace
}  // namespace understudy::adapters

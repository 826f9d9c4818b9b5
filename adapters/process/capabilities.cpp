#include "adapters/process/capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace understudy::adapters {

core::Result<void> use_permitted_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    long done = ::syscall(SYS_capget, &header, sets.data());
    for (auto& set : sets) set.effective = set.permitted;
    if (done == 0) done = ::syscall(SYS_capset, &header, sets.data());
    if (done == 0) return {};
    const int number = errno;
    return core::failure(core::ErrorCode::kIo, "use the permitted capabilities",
                         std::strerror(number), number);
}

}  // namespace understudy::adapters

#include "tests/stack/within_network.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

namespace understudy::stack {

// A namespace is a thread's own: the rest of the program stays where it is.
core::Result<void> within_network_of(pid_t process, const std::function<void()>& work) {
    int failed_with = 0;
    std::thread([&] {
        if (process != 0) {
            const auto path = "/proc/" + std::to_string(process) + "/ns/net";
            const int network = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
            if (network < 0 || ::setns(network, CLONE_NEWNET) != 0) failed_with = errno;
            if (network >= 0) ::close(network);
        }
        if (failed_with == 0) work();
    }).join();
    if (failed_with == 0) return {};
    return core::failure(core::ErrorCode::kIo, "enter a network", std::strerror(failed_with),
                         failed_with);
}

}  // namespace understudy::stack

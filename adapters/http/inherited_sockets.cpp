#include "adapters/http/inherited_sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace understudy::adapters {

namespace {

constexpr int kFirst = 3;
constexpr int kMost = 64;

int number_in(const char* variable) {
    const char* value = std::getenv(variable);
    const std::string_view text = value == nullptr ? "" : value;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace

core::Result<std::vector<int>> inherited_sockets() {
    const int count = number_in("LISTEN_FDS");
    if (number_in("LISTEN_PID") != ::getpid() || count <= 0 || count > kMost) {
        return core::failure(core::ErrorCode::kInvalid, "take over sockets",
                             "systemd passed none to this process; start it by a .socket unit");
    }
    std::vector<int> sockets;
    for (int socket = kFirst; socket < kFirst + count; ++socket) {
        ::fcntl(socket, F_SETFD, FD_CLOEXEC);
        sockets.push_back(socket);
    }
    return sockets;
}

}  // namespace understudy::adapters

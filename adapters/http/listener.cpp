#include "adapters/http/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace understudy::adapters {

namespace {

constexpr int kBacklog = 128;
constexpr int kIdleSeconds = 5;
constexpr int kIntervalSeconds = 1;
constexpr int kProbes = 3;

void set(int socket, int level, int option, int value) {
    ::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

void prepare_listener(int socket) {
    // Not SO_REUSEPORT, the library's default: two processes would share the port unnoticed.
    set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(socket, IPPROTO_TCP, TCP_KEEPIDLE, kIdleSeconds);
    set(socket, IPPROTO_TCP, TCP_KEEPINTVL, kIntervalSeconds);
    set(socket, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
}

void widen_backlog(int socket) { ::listen(socket, kBacklog); }

std::string listen_error(int number) {
    if (number == EADDRINUSE) return "the port is in use";
    return number == 0 ? "the address cannot be bound" : std::strerror(number);
}

}  // namespace understudy::adapters

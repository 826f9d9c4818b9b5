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

std::optional<std::uint16_t> listening_port(int socket) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) {
        return std::nullopt;
    }
    sockaddr_storage bound{};
    size = sizeof bound;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return std::nullopt;
    if (bound.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in&>(bound).sin_port);
    if (bound.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(bound).sin6_port);
    return std::nullopt;
}

std::string listen_error(int number) {
    if (number == EADDRINUSE) return "the port is in use";
    return number == 0 ? "the address cannot be bound" : std::strerror(number);
}

}  // namespace understudy::adapters

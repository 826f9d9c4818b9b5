#include "tests/integration/haproxy/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace understudy::integration {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int listen_anywhere() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(listener, 64) != 0) {
        throw std::runtime_error("cannot listen on 127.0.0.1");
    }
    return listener;
}

std::uint16_t port_of(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.sin_port);
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler)
    : handler_(std::move(handler)),
      listener_(listen_anywhere()),
      port_(port_of(listener_)),
      acceptor_([this] { accept_all(); }) {}

LoopbackServer::Connection::~Connection() {
    if (thread.joinable()) thread.join();
    ::close(socket);
}

LoopbackServer::~LoopbackServer() {
    ::shutdown(listener_, SHUT_RDWR);
    if (acceptor_.joinable()) acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const auto& connection : connections_) ::shutdown(connection.socket, SHUT_RDWR);
    }
    connections_.clear();
    for (const int socket : waiting_) ::close(socket);
    ::close(listener_);
}

void LoopbackServer::vanish() {
    constexpr int kMostTries = 10;
    vanished_ = true;
    const LoopbackClient last(port_);  // accepted, and nothing after it
    acceptor_.join();
    ::listen(listener_, 0);
    auto address = loopback(port_);
    for (int i = 0; i < kMostTries; ++i) {
        waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        ::connect(waiting_.back(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
        pollfd established{waiting_.back(), POLLOUT, 0};
        if (::poll(&established, 1, 200) == 0) return;
    }
    throw std::runtime_error("the queue of connections does not fill");
}

void LoopbackServer::accept_all() {
    for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::lock_guard lock(mutex_);
        std::erase_if(connections_, [](const Connection& known) { return known.ended.load(); });
        auto& connection = connections_.emplace_back(socket);
        connection.thread = std::jthread([this, &connection] {
            handler_(connection.socket);
            ::shutdown(connection.socket, SHUT_RDWR);
            connection.ended = true;
        });
        if (vanished_) return;
    }
}

LoopbackClient::LoopbackClient(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    auto address = loopback(port);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
        throw std::runtime_error("nobody listens on 127.0.0.1:" + std::to_string(port));
    }
}

LoopbackClient::~LoopbackClient() { ::close(socket_); }

std::string LoopbackClient::receive() {
    std::array<char, 256> buffer{};
    const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got > 0) return {buffer.data(), static_cast<std::size_t>(got)};
    if (got == 0 || errno == ECONNRESET) return {};
    throw std::runtime_error("nothing arrived within 5 s");
}

std::uint16_t free_port() {
    const int listener = listen_anywhere();
    const auto port = port_of(listener);
    ::close(listener);
    return port;
}

}  // namespace understudy::integration

#include "adapters/stream/exchange.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <system_error>

#include "adapters/stream/descriptor.h"

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

std::string text_of(int error) { return std::generic_category().message(error); }

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* generic() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

Result<SocketAddress> unix_address(const std::string& path) {
    SocketAddress result;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return failure(ErrorCode::kInvalid, "connect to " + path, "the path is too long");
    }
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    std::memcpy(&result.storage, &address, sizeof(address));
    result.size = sizeof(address);
    return result;
}

Result<SocketAddress> tcp_address(const core::Address& tcp) {
    SocketAddress result;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, tcp.host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(tcp.port);
        std::memcpy(&result.storage, &v4, sizeof(v4));
        result.size = sizeof(v4);
    } else if (::inet_pton(AF_INET6, tcp.host.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(tcp.port);
        std::memcpy(&result.storage, &v6, sizeof(v6));
        result.size = sizeof(v6);
    } else {
        return failure(ErrorCode::kInvalid, "connect to " + tcp.host, "it is not an IP address");
    }
    return result;
}

class Conversation {
  public:
    Conversation(int family, std::string_view peer, const ExchangeBounds& bounds)
        : peer_(peer),
          bounds_(bounds),
          until_(std::chrono::steady_clock::now() + bounds.deadline),
          socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}

    Result<void> connect(const SocketAddress& address) {
        if (::connect(socket_.number(), address.generic(), address.size) == 0) return {};
        if (errno == EAGAIN) {
            return failure(ErrorCode::kUnreachable, operation("connect to"),
                           "its queue of connections is full", EAGAIN);
        }
        if (errno != EINPROGRESS && errno != EINTR) return lost("connect to", errno);
        if (auto ready = wait_for(POLLOUT, "connect to"); !ready) return ready;
        int error = 0;
        socklen_t size = sizeof(error);
        ::getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return lost("connect to", error);
        return {};
    }

    Result<void> send(std::string_view rest) {
        while (!rest.empty()) {
            const auto sent = ::send(socket_.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent >= 0) {
                rest.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) {
                if (auto ready = wait_for(POLLOUT, "write to"); !ready) return ready;
            } else if (errno != EINTR) {
                return lost("write to", errno);
            }
        }
        return {};
    }

    Result<std::string> receive() {
        std::string answer;
        std::array<char, 16384> buffer{};
        for (;;) {
            const auto got = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
            if (got == 0) return answer;
            if (got > 0) {
                answer.append(buffer.data(), static_cast<std::size_t>(got));
                if (answer.size() > bounds_.answer_bytes) {
                    return failure(ErrorCode::kInvalid, operation("read from"),
                                   "its answer is too long");
                }
            } else if (errno == EAGAIN) {
                if (auto ready = wait_for(POLLIN, "read from"); !ready) {
                    return tl::unexpected(ready.error());
                }
            } else if (errno != EINTR) {
                return tl::unexpected(lost("read from", errno).error());
            }
        }
    }

  private:
    [[nodiscard]] std::string operation(const char* what) const {
        return std::string(what) + ' ' + std::string(peer_);
    }

    [[nodiscard]] Result<void> lost(const char* what, int error) const {
        return failure(ErrorCode::kUnreachable, operation(what), text_of(error), error);
    }

    Result<void> wait_for(short events, const char* what) {
        for (;;) {
            const auto left =
                std::chrono::ceil<core::Millis>(until_ - std::chrono::steady_clock::now());
            pollfd waiting{socket_.number(), events, 0};
            const int ready =
                ::poll(&waiting, 1, static_cast<int>(std::max<core::Millis::rep>(left.count(), 0)));
            if (ready > 0) return {};
            if (ready == 0) {
                return failure(
                    ErrorCode::kTimeout, operation(what),
                    "no answer within " + std::to_string(bounds_.deadline.count()) + " ms");
            }
            if (errno != EINTR)
                return failure(ErrorCode::kIo, operation(what), text_of(errno), errno);
        }
    }

    std::string_view peer_;
    const ExchangeBounds& bounds_;
    std::chrono::steady_clock::time_point until_;
    Descriptor socket_;
};

}  // namespace

Result<StreamAddress> parse_stream_address(std::string_view text) {
    constexpr std::string_view kUnix = "unix:";
    const auto invalid = [&] {
        return failure(ErrorCode::kInvalid, "read the address " + std::string(text),
                       "it is neither unix:/path nor IP:port");
    };
    if (text.starts_with(kUnix)) {
        if (text.size() == kUnix.size()) return invalid();
        return StreamAddress{std::string(text.substr(kUnix.size())), {}};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return invalid();
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    StreamAddress address{{}, {std::string(host), 0}};
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, address.tcp.port);
    if (error != std::errc{} || rest != end || !tcp_address(address.tcp)) return invalid();
    return address;
}

Result<std::string> exchange(const StreamAddress& address, std::string_view peer,
                             std::string_view request, const ExchangeBounds& bounds) {
    const auto target =
        address.unix_path.empty() ? tcp_address(address.tcp) : unix_address(address.unix_path);
    if (!target) return tl::unexpected(target.error());
    Conversation conversation(target->generic()->sa_family, peer, bounds);
    return conversation.connect(*target)
        .and_then([&] { return conversation.send(request); })
        .and_then([&] { return conversation.receive(); });
}

}  // namespace understudy::adapters

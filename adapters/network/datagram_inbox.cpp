#include "adapters/network/datagram_inbox.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace understudy::adapters {

namespace {

constexpr unsigned kAtOnce = 32;
constexpr std::size_t kLongest = 2048;
constexpr int kGatherMs = 20;
constexpr int kWantedBuffer = 1 << 20;

struct SocketAddress {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

std::optional<SocketAddress> loopback_address(const core::Address& address) {
    SocketAddress result;
    in_addr four{};
    in6_addr six{};
    if (::inet_pton(AF_INET, address.host.c_str(), &four) == 1) {
        if (ntohl(four.s_addr) >> 24U != IN_LOOPBACKNET) return std::nullopt;
        const sockaddr_in socket{AF_INET, htons(address.port), four, {}};
        std::memcpy(&result.bytes, &socket, result.size = sizeof socket);
        return result;
    }
    if (::inet_pton(AF_INET6, address.host.c_str(), &six) != 1 || !IN6_IS_ADDR_LOOPBACK(&six)) {
        return std::nullopt;
    }
    sockaddr_in6 socket{};
    socket.sin6_family = AF_INET6;
    socket.sin6_port = htons(address.port);
    socket.sin6_addr = six;
    std::memcpy(&result.bytes, &socket, result.size = sizeof socket);
    return result;
}

// Room for as many datagrams as are fetched by one call.
class Batch {
  public:
    Batch() {
        for (std::size_t i = 0; i < kAtOnce; ++i) {
            parts_[i] = {&bytes_[i * kLongest], kLongest};
            headers_[i].msg_hdr.msg_iov = &parts_[i];
            headers_[i].msg_hdr.msg_iovlen = 1;
        }
    }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    // What waits, of which there may be more when it is full; nothing: none does.
    std::span<const Datagram> fetch(int socket) {
        const int count = ::recvmmsg(socket, headers_.data(), kAtOnce, MSG_DONTWAIT, nullptr);
        for (int i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            datagrams_[at] = {{&bytes_[at * kLongest], headers_[at].msg_len},
                              (headers_[at].msg_hdr.msg_flags & MSG_TRUNC) == 0};
        }
        return {datagrams_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }

  private:
    std::vector<char> bytes_ = std::vector<char>(kAtOnce * kLongest);
    std::array<iovec, kAtOnce> parts_{};
    std::array<mmsghdr, kAtOnce> headers_{};
    std::array<Datagram, kAtOnce> datagrams_{};
};

}  // namespace

core::Result<void> check_inbox_address(const core::Address& address) {
    if (loopback_address(address)) return {};
    return core::failure(core::ErrorCode::kInvalid, "listen on " + address.host,
                         "it is not a numeric loopback address; give 127.0.0.1 or ::1");
}

DatagramInbox::DatagramInbox(std::function<void(std::span<const Datagram>)> take)
    : take_(std::move(take)) {}

core::Result<void> DatagramInbox::begin(const core::Address& address) {
    const auto bound = loopback_address(address);
    if (!bound) return check_inbox_address(address);
    const auto* where = reinterpret_cast<const sockaddr*>(&bound->bytes);
    const bool owned = thread_.own(::socket(where->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const int socket = thread_.socket();
    // As much as the kernel allows; less is no error.
    if (owned) ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kWantedBuffer, sizeof kWantedBuffer);
    if (!owned || ::bind(socket, where, bound->size) != 0) {
        const int number = errno;
        return core::failure(
            core::ErrorCode::kIo,
            "listen for datagrams on " + address.host + ":" + std::to_string(address.port),
            std::strerror(number), number);
    }
    thread_.begin([this, batch = std::make_shared<Batch>()](const std::stop_token& stop) {
        thread_.pause(kGatherMs);
        for (auto datagrams = batch->fetch(thread_.socket()); !datagrams.empty();
             datagrams = batch->fetch(thread_.socket())) {
            take_(datagrams);
            if (stop.stop_requested()) return;
        }
    });
    return {};
}

std::uint16_t DatagramInbox::port() const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(thread_.socket(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    // At the same place for both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

std::uint64_t DatagramInbox::dropped() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof memory;
    const int done = ::getsockopt(thread_.socket(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size);
    return done == 0 ? memory[SK_MEMINFO_DROPS] : 0;
}

}  // namespace understudy::adapters

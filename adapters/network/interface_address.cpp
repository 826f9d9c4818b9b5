#include "adapters/network/interface_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace understudy::adapters {

namespace {

using core::ErrorCode;

constexpr timeval kAnswerWithin{0, 500'000};

// An address as the kernel has it: its bytes in network order.
struct Found {
    unsigned char family = AF_UNSPEC;
    unsigned char prefix_bits = 0;
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    std::size_t size = 0;
};

std::span<const unsigned char> bytes_of(const sockaddr* address) {
    if (address == nullptr) return {};
    if (address->sa_family == AF_INET) {
        const auto& ip = reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
        return {reinterpret_cast<const unsigned char*>(&ip), sizeof ip};
    }
    if (address->sa_family == AF_INET6) {
        const auto& ip = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
        return {reinterpret_cast<const unsigned char*>(&ip), sizeof ip};
    }
    return {};
}

std::string text_of(const sockaddr* address) {
    const auto bytes = bytes_of(address);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (bytes.empty() ||
        ::inet_ntop(address->sa_family, bytes.data(), text.data(), text.size()) == nullptr) {
        return "";
    }
    return text.data();
}

std::optional<Found> find(const std::string& interface, const std::string& address) {
    ifaddrs* listed = nullptr;
    if (::getifaddrs(&listed) != 0) return std::nullopt;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(listed, &::freeifaddrs);
    for (const auto* one = listed; one != nullptr; one = one->ifa_next) {
        if (interface != one->ifa_name || text_of(one->ifa_addr) != address) continue;
        Found found;
        found.family = static_cast<unsigned char>(one->ifa_addr->sa_family);
        for (const auto byte : bytes_of(one->ifa_netmask)) {
            found.prefix_bits += static_cast<unsigned char>(std::popcount(byte));
        }
        const auto bytes = bytes_of(one->ifa_addr);
        found.size = bytes.size();
        std::memcpy(found.bytes.data(), bytes.data(), bytes.size());
        return found;
    }
    return std::nullopt;
}

// RTM_DELADDR with the one attribute that names the address.
struct Deletion {
    nlmsghdr header{};
    ifaddrmsg message{};
    rtattr attribute{};
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
};

Deletion deletion_of(const Found& found, unsigned interface) {
    Deletion request;
    const auto attribute_size = RTA_LENGTH(found.size);
    request.header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(sizeof request.message) +
                                                          RTA_ALIGN(attribute_size));
    request.header.nlmsg_type = RTM_DELADDR;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.message.ifa_family = found.family;
    request.message.ifa_prefixlen = found.prefix_bits;
    request.message.ifa_index = interface;
    request.attribute.rta_len = static_cast<unsigned short>(attribute_size);
    request.attribute.rta_type = IFA_LOCAL;
    request.bytes = found.bytes;
    return request;
}

// The errno of the kernel's answer, 0 for done.
int ask_kernel(const Deletion& request) {
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (socket < 0) return errno;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kAnswerWithin, sizeof kAnswerWithin);
    struct {
        nlmsghdr header;
        nlmsgerr error;
    } answer{};
    int result = 0;
    if (::send(socket, &request, request.header.nlmsg_len, 0) < 0 ||
        ::recv(socket, &answer, sizeof answer, 0) < 0) {
        result = errno;
    } else if (answer.header.nlmsg_type == NLMSG_ERROR) {
        result = -answer.error.error;
    }
    ::close(socket);
    return result;
}

ErrorCode code_of(int number) {
    if (number == EPERM || number == EACCES) return ErrorCode::kRefused;
    return number == EAGAIN ? ErrorCode::kTimeout : ErrorCode::kIo;
}

}  // namespace

InterfaceAddress::InterfaceAddress(std::string interface, std::string address)
    : interface_(std::move(interface)), address_(std::move(address)) {}

bool InterfaceAddress::held() const { return find(interface_, address_).has_value(); }

core::Result<void> InterfaceAddress::remove() {
    const auto found = find(interface_, address_);
    if (!found) return {};
    const int number = ask_kernel(deletion_of(*found, ::if_nametoindex(interface_.c_str())));
    if (number == 0 || number == EADDRNOTAVAIL) return {};
    return core::failure(code_of(number), "take " + address_ + " off " + interface_,
                         std::strerror(number), number);
}

}  // namespace understudy::adapters

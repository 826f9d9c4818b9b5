#include "adapters/network/address_news.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy::adapters {

namespace {

constexpr std::size_t kMessages = 16U << 10U;

// Reads all that waits; what it says does not matter, only that there was something.
void drain(int socket) {
    std::array<char, kMessages> messages{};
    while (::recv(socket, messages.data(), messages.size(), MSG_DONTWAIT) > 0 || errno == ENOBUFS) {
    }
}

}  // namespace

AddressNews::AddressNews(std::function<void()> changed) : changed_(std::move(changed)) {}

core::Result<void> AddressNews::begin() {
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (!thread_.own(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) ||
        ::bind(thread_.socket(), reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0) {
        const int number = errno;
        return core::failure(core::ErrorCode::kIo, "watch the addresses of this host",
                             std::strerror(number), number);
    }
    thread_.begin([this](const std::stop_token&) {
        drain(thread_.socket());
        changed_();
    });
    return {};
}

}  // namespace understudy::adapters

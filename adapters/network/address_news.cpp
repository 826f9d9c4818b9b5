#include "adapters/network/address_news.h"

#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

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

AddressNews::~AddressNews() {
    if (thread_.joinable()) {
        thread_.request_stop();
        ::eventfd_write(stop_event_, 1);
        thread_.join();
    }
    if (socket_ >= 0) ::close(socket_);
    if (stop_event_ >= 0) ::close(stop_event_);
}

core::Result<void> AddressNews::begin() {
    socket_ = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    stop_event_ = ::eventfd(0, EFD_CLOEXEC);
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (socket_ < 0 || stop_event_ < 0 ||
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0) {
        const int number = errno;
        return core::failure(core::ErrorCode::kIo, "watch the addresses of this host",
                             std::strerror(number), number);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    return {};
}

void AddressNews::run(const std::stop_token& stop) {
    std::array<pollfd, 2> watched{{{socket_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
    while (!stop.stop_requested()) {
        if (::poll(watched.data(), watched.size(), -1) < 0) continue;
        if (watched[0].revents == 0) continue;
        drain(socket_);
        changed_();
    }
}

}  // namespace understudy::adapters

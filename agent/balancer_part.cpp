#include "agent/balancer_part.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <array>
#include <optional>
#include <utility>

#include "adapters/haproxy/haproxy_load_balancer.h"
#include "adapters/process/process_watch.h"
#include "agent/loop.h"

namespace understudy::agent {

namespace {

constexpr core::Millis kLookForVipEvery{200};

std::string text_of(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address.sa_family == AF_INET) {
        bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    } else if (address.sa_family == AF_INET6) {
        bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    } else {
        return "";
    }
    return ::inet_ntop(address.sa_family, bytes, text.data(), text.size()) == nullptr ? ""
                                                                                      : text.data();
}

}  // namespace

bool holds_address(const std::string& interface, const std::string& address) {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return false;
    bool held = false;
    for (const auto* one = all; one != nullptr && !held; one = one->ifa_next) {
        held = one->ifa_addr != nullptr && interface == one->ifa_name &&
               text_of(*one->ifa_addr) == address;
    }
    ::freeifaddrs(all);
    return held;
}

struct BalancerPart::Parts {
    Parts(const HaproxyConfig& config, std::optional<KeepalivedConfig> vip_config,
          const ports::Clock& clock, ReportBoard& board)
        : command(config.process),
          keepalived(std::move(vip_config)),
          balancer(
              {config.socket, config.writer_backend, config.reader_backend, config.web_backend}),
          keeper(clock, balancer, board) {}

    std::string command;
    std::optional<KeepalivedConfig> keepalived;
    adapters::HaproxyLoadBalancer balancer;
    RouteKeeper keeper;
    std::optional<Loop> keep;
    std::optional<adapters::PidfdWatch> watch;
    std::optional<Loop> vip;
};

BalancerPart::BalancerPart(const HaproxyConfig& config,
                           const std::optional<KeepalivedConfig>& keepalived,
                           const ports::Clock& clock, ReportBoard& board)
    : parts_(std::make_unique<Parts>(config, keepalived, clock, board)) {}

BalancerPart::~BalancerPart() {
    parts_->vip.reset();
    parts_->watch.reset();
    parts_->keep.reset();
}

void BalancerPart::start() {
    auto& parts = *parts_;
    parts.keep.emplace([&parts] { return parts.keeper.step(); });
    parts.keeper.on_post([&parts] { parts.keep->wake(); });
    parts.watch.emplace(
        parts.command,
        ports::ProcessEvents{
            [&parts](core::WallTime) { parts.keeper.balancer_gone(); },
            [&parts](std::uint64_t, core::WallTime) { parts.keeper.balancer_started(); }});
    if (!parts.keepalived) return;
    parts.vip.emplace([&parts] {
        parts.keeper.vip_seen(holds_address(parts.keepalived->interface, parts.keepalived->vip));
        return kLookForVipEvery;
    });
}

RouteKeeper& BalancerPart::keeper() { return parts_->keeper; }

}  // namespace understudy::agent

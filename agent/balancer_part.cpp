#include "agent/balancer_part.h"

#include <optional>
#include <utility>

#include "adapters/haproxy/haproxy_load_balancer.h"
#include "adapters/process/process_watch.h"
#include "agent/loop.h"

namespace understudy::agent {

struct BalancerPart::Parts {
    Parts(const HaproxyConfig& config, const ports::Clock& clock, ReportBoard& board)
        : command(config.process),
          balancer({config.socket, config.writer_backend, config.reader_backend, config.web_backend,
                    config.server_names}),
          keeper(clock, balancer, board) {}

    std::string command;
    adapters::HaproxyLoadBalancer balancer;
    RouteKeeper keeper;
    std::optional<Loop> keep;
    std::optional<adapters::PidfdWatch> watch;
};

BalancerPart::BalancerPart(const HaproxyConfig& config, const ports::Clock& clock,
                           ReportBoard& board)
    : parts_(std::make_unique<Parts>(config, clock, board)) {}

BalancerPart::~BalancerPart() {
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
}

RouteKeeper& BalancerPart::keeper() { return parts_->keeper; }

}  // namespace understudy::agent

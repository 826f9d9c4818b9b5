// Keeps the local load balancer on the assigned route: applies it at once, again when HAProxy was
// restarted or reloaded, and again when what HAProxy does differs from it.
//
// Invariant: a route with a lower (epoch, revision) than the one held is refused.
// step() is for one thread; the posts are for any.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "agent/report_board.h"
#include "ports/clock.h"
#include "ports/load_balancer.h"

namespace understudy::agent {

class RouteKeeper {
  public:
    RouteKeeper(const ports::Clock& clock, ports::LoadBalancer& load_balancer, ReportBoard& board);

    // Called, from any thread, when something was posted that step() should look at now. Set it
    // before the first post.
    void on_post(std::function<void()> wake) { wake_ = std::move(wake); }

    core::Result<void> accept(const core::Route& route);
    void balancer_started();
    void balancer_gone();

    // As a witness of a primary: this host was told of no later epoch, and of one at all.
    [[nodiscard]] bool grants(core::Epoch epoch) const;

    core::Millis step();

  private:
    struct Mail {
        std::optional<core::Route> route;
        core::WallTime received{};
        bool running = false;
        std::uint64_t starts = 0;
    };

    [[nodiscard]] Mail mail() const;
    void post(const std::function<void(Mail&)>& change);
    core::Result<void> apply(const Mail& mail);
    core::Millis trouble(const core::Error& error);
    void publish(core::LoadBalancerFacts facts, const Mail& mail);

    const ports::Clock& clock_;
    ports::LoadBalancer& load_balancer_;
    ReportBoard& board_;
    std::function<void()> wake_ = [] {};

    mutable std::mutex mutex_;
    Mail mail_;

    // Owned by the thread that calls step().
    core::Revision applied_;
    std::uint64_t applied_to_ = 0;  // which start of HAProxy
    std::vector<core::Mark> marks_;
};

}  // namespace understudy::agent

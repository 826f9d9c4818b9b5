// What is asked of the web servers' rotation all the time.
#include <algorithm>

#include "tests/simulation/site/site.h"

namespace understudy::simulation {

namespace {

constexpr Micros kSteerBound = 15s;

}  // namespace

bool Site::web_answers(int index) const {
    const auto& host = *hosts_[static_cast<std::size_t>(index)];
    if (!host.agent_alive() || host.paused()) return false;
    return host.agent()->answers_web();
}

// The controller, the load balancers and the ways between them are as they should be.
bool Site::web_is_steered() const {
    const auto& controller = *controllers_.back();
    if (!controller.alive() || controller.frozen() || store_mishaps.failure > 0) return false;
    if (record().phase == core::Phase::kBootstrap || network_.weather.loss > 0) return false;
    return std::all_of(proxies_.begin(), proxies_.end(), [this](const auto& proxy) {
        const Node node = proxy->node();
        return proxy->running() && hosts_[static_cast<std::size_t>(node)]->agent_alive() &&
               network_.both_ways(controller_node(), node);
    });
}

// A drained web server gets requests, although another one is well and known to be.
bool Site::spared_in_vain() const {
    const auto spared = [this](const core::HostName& name) {
        return record().drained.contains(name) || record().maintenance.contains(name);
    };
    const bool another =
        std::any_of(topology_.web_backends.begin(), topology_.web_backends.end(),
                    [&](const core::HostName& name) {
                        const int index = index_of(name);
                        return !spared(name) && web_answers(index) &&
                               network_.both_ways(controller_node(), index) &&
                               std::all_of(proxies_.begin(), proxies_.end(), [&](const auto& one) {
                                   return network_.both_ways(one->node(), index);
                               });
                    });
    if (!another) return false;
    return std::any_of(record().drained.begin(), record().drained.end(), [this](const auto& entry) {
        return std::any_of(proxies_.begin(), proxies_.end(), [&](const auto& proxy) {
            return proxy->takes_requests(index_of(entry.first));
        });
    });
}

// A load balancer sends nobody requests, although its checks of one pass.
bool Site::nobody_serves_web() const {
    return std::any_of(proxies_.begin(), proxies_.end(), [this](const auto& proxy) {
        bool serves = false;
        bool could = false;
        for (int i = 0; i < options_.databases; ++i) {
            serves = serves || proxy->takes_requests(i);
            could = could || proxy->web_check_passes(i);
        }
        return could && !serves;
    });
}

void Site::watch_web() {
    const Micros now = engine_.queue.now();
    const bool steered = web_is_steered();
    if (!steered || !spared_in_vain()) drains_held_at_ = now;
    if (now - drains_held_at_ > kSteerBound) {
        judge_->fail(Property::kWebRotation, "a drained web server gets requests for long");
    }
    if (!steered || !nobody_serves_web()) web_served_at_ = now;
    if (now - web_served_at_ > kSteerBound) {
        judge_->fail(Property::kWebRotation, "no web server gets requests, though one is well");
    }
}

}  // namespace understudy::simulation

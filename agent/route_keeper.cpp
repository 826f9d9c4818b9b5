#include "agent/route_keeper.h"

#include <algorithm>
#include <utility>

namespace understudy::agent {

namespace {

using core::Millis;

constexpr Millis kDeadline{500};
// HAProxy that was reloaded begins with every writer in, and holds connections until one is left.
constexpr Millis kLookAtRoute{50};
constexpr Millis kTryAgain{50};

// A drained web server gets requests while another one serves, or one that is not drained gets
// none; or the last one is still kept out.
bool web_strays(const core::LoadBalancerFacts& facts, const core::Route& route) {
    const bool one_serves = std::any_of(facts.web.begin(), facts.web.end(), [&](const auto& entry) {
        const auto& [name, server] = entry;
        return route.web.contains(name) && (server.up || server.draining);
    });
    return std::any_of(facts.web.begin(), facts.web.end(), [&](const auto& entry) {
        const auto& [name, server] = entry;
        const bool drains = one_serves && route.drained.contains(name);
        return drains ? server.up : server.draining;
    });
}

// Sessions that were being connected when their server ceased to be the writer.
bool holds_on(const core::LoadBalancerFacts& facts, const core::Route& route) {
    return std::any_of(facts.writers.begin(), facts.writers.end(), [&](const auto& entry) {
        return route.writer != entry.first && entry.second.sessions > 0;
    });
}

// HAProxy sends writers or requests elsewhere than the route says, or keeps them there. The writer
// was brought in when its route came; if its checks have taken it out since, it is dead: sessions
// would be sent to it, and not be held, until somebody says who writes instead.
bool strays(const core::LoadBalancerFacts& facts, const core::Route& route) {
    for (const auto& [name, server] : facts.writers) {
        const bool wanted = route.writer == name;
        if (wanted ? !server.up && server.check_passes : server.up) return true;
    }
    return web_strays(facts, route) || holds_on(facts, route);
}

}  // namespace

RouteKeeper::RouteKeeper(const ports::Clock& clock, ports::LoadBalancer& load_balancer,
                         ReportBoard& board)
    : clock_(clock), load_balancer_(load_balancer), board_(board) {}

core::Result<void> RouteKeeper::accept(const core::Route& route) {
    {
        const std::lock_guard lock(mutex_);
        const auto& held = mail_.route;
        if (held &&
            std::pair(route.epoch, route.revision) < std::pair(held->epoch, held->revision)) {
            return core::failure(core::ErrorCode::kConflict, "accept a route",
                                 "revision " + std::to_string(route.revision.value) +
                                     " is lower than what this host already holds");
        }
        if (!held || !(*held == route)) mail_.received = clock_.now().wall;
        mail_.route = route;
    }
    board_.publish([epoch = route.epoch](core::HostReport& report) {
        if (report.route_epoch == epoch) return false;
        report.route_epoch = epoch;
        return true;
    });
    wake_();
    return {};
}

bool RouteKeeper::grants(core::Epoch epoch) const {
    const std::lock_guard lock(mutex_);
    return mail_.route && mail_.route->epoch <= epoch;
}

void RouteKeeper::post(const std::function<void(Mail&)>& change) {
    {
        const std::lock_guard lock(mutex_);
        change(mail_);
    }
    wake_();
}

void RouteKeeper::balancer_started() {
    post([](Mail& mail) {
        mail.running = true;
        ++mail.starts;
    });
}

void RouteKeeper::balancer_gone() {
    board_.publish([](core::HostReport& report) {
        if (!report.load_balancer) report.load_balancer.emplace();
        report.load_balancer->process = core::ProcessState::kGone;
        report.load_balancer->answering = false;
        report.load_balancer->trouble = "haproxy is not running";
        report.load_balancer->route_applied = {};
        return true;
    });
    post([](Mail& mail) { mail.running = false; });
}

RouteKeeper::Mail RouteKeeper::mail() const {
    const std::lock_guard lock(mutex_);
    return mail_;
}

core::Result<void> RouteKeeper::apply(const Mail& mail) {
    const bool news = applied_ != mail.route->revision;
    auto applied = load_balancer_.apply(*mail.route, kDeadline);
    if (!applied) return applied;
    if (news) marks_ = {{"route_received", mail.received}, {"routed", clock_.now().wall}};
    applied_ = mail.route->revision;
    applied_to_ = mail.starts;
    return {};
}

Millis RouteKeeper::step() {
    const Mail posted = mail();
    if (!posted.running) return kLookAtRoute;
    const bool due =
        posted.route && (applied_ != posted.route->revision || applied_to_ != posted.starts);
    if (due) {
        if (auto applied = apply(posted); !applied) return trouble(applied.error());
        // Told at once; what HAProxy makes of it is looked at right after.
        board_.publish([&](core::HostReport& report) {
            if (!report.load_balancer) return false;
            report.load_balancer->route_applied = applied_;
            report.load_balancer->marks = marks_;
            return true;
        });
    }
    auto facts = load_balancer_.observe(kDeadline);
    if (!facts) return trouble(facts.error());
    if (posted.route && strays(*facts, *posted.route)) {
        if (auto applied = apply(posted); !applied) return trouble(applied.error());
    }
    const bool look_soon = posted.route && holds_on(*facts, *posted.route);
    publish(std::move(*facts), posted);
    return look_soon ? kTryAgain : kLookAtRoute;
}

Millis RouteKeeper::trouble(const core::Error& error) {
    core::LoadBalancerFacts facts;
    if (const auto last = board_.current().load_balancer) facts = *last;
    const Mail posted = mail();
    // It said so itself, or it is silent.
    facts.answering =
        error.code == core::ErrorCode::kNotFound || error.code == core::ErrorCode::kRefused;
    facts.trouble = core::describe(error);
    facts.route_applied = {};
    facts.process = posted.running ? core::ProcessState::kRunning : core::ProcessState::kGone;
    board_.publish([&](core::HostReport& report) {
        const bool news = report.load_balancer != facts;
        report.load_balancer = facts;
        return news;
    });
    return kTryAgain;
}

void RouteKeeper::publish(core::LoadBalancerFacts facts, const Mail& mail) {
    facts.process = core::ProcessState::kRunning;
    facts.answering = true;
    facts.route_applied = applied_to_ == mail.starts ? applied_ : core::Revision{};
    facts.marks = marks_;
    board_.publish([&](core::HostReport& report) {
        const bool news = report.load_balancer != facts;
        report.load_balancer = std::move(facts);
        return news;
    });
}

}  // namespace understudy::agent

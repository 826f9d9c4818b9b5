// What is asked of the site all the time, not only at the end.
#include <algorithm>

#include "tests/simulation/site/site.h"

namespace understudy::simulation {

namespace {

constexpr Micros kWatchEvery = 1s;
constexpr Micros kStallBound = 15s;
constexpr Micros kAgentLooks = 300ms;
constexpr Micros kAskedAgain = 600ms;

}  // namespace

void Site::watch() {
    engine_.queue.after(kWatchEvery, [this] { watch(); });
    if (engine_.queue.now() == Micros{0}) return;
    for (const auto& proxy : proxies_) {
        if (proxy->running() && proxy->stale_sessions() > 0) {
            judge_->fail(Property::kStaleSession, "a session to a server that is down stays open");
        }
    }
    const Micros now = engine_.queue.now();
    if (network_.weather.stormy()) stormy_at_ = now;
    if (!only_replicas_may_be_missing()) fit_since_ = now;
    if (now - std::max(fit_since_, clients_->last_acknowledged()) > kStallBound) {
        judge_->fail(Property::kStalled, "nothing hinders the primary, yet no write ends");
    }
    const bool routed = std::all_of(proxies_.begin(), proxies_.end(), [this](const auto& proxy) {
        return proxy->writer() == primary();
    });
    if (routed || fit_since_ == now) routed_since_ = now;
    if (now - routed_since_ > kStallBound) {
        judge_->fail(Property::kRoutedClosed, "a load balancer does not route to the primary");
    }
    watch_web();
    if (!failover_is_due()) failover_due_since_ = now;
    if (now - failover_due_since_ > kStallBound) {
        judge_->fail(Property::kNoFailover,
                     "the primary is gone and its replica is fit, yet nobody takes over");
    }
}

// The primary, the controller, a load balancer and the ways between them are as they should be.
bool Site::only_replicas_may_be_missing() const {
    const int index = primary();
    if (index < 0 || record().operation || store_mishaps.failure > 0) return false;
    const auto& host = *hosts_[static_cast<std::size_t>(index)];
    const auto& primary_server = *servers_[static_cast<std::size_t>(index)];
    const Node controller = controller_node();
    const bool controlled = controllers_.back()->alive() && !controllers_.back()->frozen() &&
                            network_.both_ways(controller, index) && network_.weather.loss == 0;
    const bool serves = primary_server.writable() && !primary_server.disk_stalled() &&
                        host.agent_alive() && !host.assignments.broken &&
                        host.mishaps.failure == 0 && !primary_server.applier_waits();
    const bool reached = std::all_of(proxies_.begin(), proxies_.end(), [&](const auto& proxy) {
        const Node node = proxy->node();
        return proxy->running() && network_.both_ways(node, index) &&
               hosts_[static_cast<std::size_t>(node)]->agent_alive() &&
               network_.both_ways(controller, node);
    });
    return controlled && serves && reached;
}

// In sync, in the run of mysqld in which it was admitted, and without transactions of its own.
bool Site::fit_to_lead(int index) const {
    const auto admitted = record().admitted_incarnation.find(database_name(index));
    const auto& replica_server = *servers_[static_cast<std::size_t>(index)];
    const auto& server_of_primary = *servers_[static_cast<std::size_t>(primary())];
    return replica_server.fit_to_lead() && admitted != record().admitted_incarnation.end() &&
           admitted->second == replica_server.incarnation() &&
           server_of_primary.logged().contains(replica_server.executed());
}

// The primary's machine is off, everybody else is well, and nothing forbids a failover.
bool Site::failover_is_due() const {
    const int index = primary();
    if (index < 0 || record().phase != core::Phase::kProtected || record().pause.paused) {
        return false;
    }
    if (!options_.policy.automatic_failover || !record().maintenance.empty()) return false;
    const bool calm = store_mishaps.failure == 0 && store_mishaps.lost_reply == 0 &&
                      network_.weather.loss == 0 && options_.policy.failovers_per_window > 10;
    if (!calm || hosts_[static_cast<std::size_t>(index)]->powered()) return false;
    if (!controllers_.back()->alive() || controllers_.back()->frozen()) return false;
    // A member that is detached is not asked what it holds, so too few may be left.
    for (const auto& member : record().in_sync) {
        if (record().roles.at(member).role == core::Role::kDetached) return false;
    }
    return std::all_of(hosts_.begin(), hosts_.end(), [&](const auto& host) {
        if (host->node() == index) return true;
        const bool serves = host->node() >= options_.databases || fit_to_lead(host->node());
        return serves && host->agent_alive() && !host->paused() && host->mishaps.failure == 0 &&
               !host->assignments.broken && network_.both_ways(controller_node(), host->node());
    });
}

bool Site::witnessed(int primary_index) const {
    // What somebody saw before a cable was mended is still in the reports.
    const Micros old_news = options_.policy.host_timeout + 1s;
    // … and a report that would have said so may be lost.
    const bool calm =
        !network_.weather.stormy() && engine_.queue.now() - stormy_at_ > old_news + kWatchEvery;
    const auto steady = [&](Node a, Node b) { return network_.steady(a, b, old_news); };
    // A replica says so when its agent looks again; while messages are late, what it said before
    // is believed for host_timeout after a question that was host_timeout old.
    const Micros told = kAgentLooks + options_.policy.host_timeout * (calm ? 0 : 2);
    const Node controller = controller_node();
    for (int i = 0; i < options_.databases; ++i) {
        const auto& host = *hosts_[static_cast<std::size_t>(i)];
        const auto& server = *servers_[static_cast<std::size_t>(i)];
        const bool heard = steady(controller, i) && steady(i, primary_index) && host.agent_alive();
        if (i != primary_index && heard && (calm || options_.databases == 2) &&
            server.streams_from(primary_index, told)) {
            return true;
        }
    }
    const auto& host = *hosts_[static_cast<std::size_t>(primary_index)];
    const auto answering_since =
        servers_[static_cast<std::size_t>(primary_index)]->answering_since();
    const bool long_seen = calm && engine_.queue.now() - answering_since > old_news;
    if (!long_seen || !host.agent_alive() || host.paused() || !host.agent()->answers_primary())
        return false;
    return std::any_of(proxies_.begin(), proxies_.end(), [&](const auto& proxy) {
        const Node node = proxy->node();
        // An agent that was just started is asked again only after a pause.
        const Micros tended = hosts_[static_cast<std::size_t>(node)]->tended_since();
        return proxy->running() && proxy->check_passes(primary_index, kAgentLooks) &&
               engine_.queue.now() - tended > kAskedAgain && steady(controller, node) &&
               steady(node, primary_index);
    });
}

}  // namespace understudy::simulation

// What the judge says of each change of the record.
#include "core/rules.h"
#include "tests/simulation/site/judge.h"

namespace understudy::simulation {

namespace {

constexpr std::size_t kMostChanges = 50;  // of the record, for each database host in kChangeWindow
constexpr Micros kChangeWindow = 10s;
constexpr int kCalmChanges = 3;  // a host whose clone ends late: rebuilt, a member, a reader

}  // namespace

void Judge::recorded(const core::Record& next, const ports::HistoryEntry& entry) {
    auto& trace = truth_.engine.trace;
    trace.note(63, next.revision.value % 64, [&] {
        return "record " + std::to_string(next.revision.value) + " epoch " +
               std::to_string(next.epoch.value) + " [" + entry.rule + "] " + entry.kind + ": " +
               entry.reason;
    });
    const Micros now = truth_.engine.queue.now();
    writes_.push_back(now);
    while (writes_.front() < now - kChangeWindow) writes_.pop_front();
    const auto most = kMostChanges * truth_.servers.size();
    if (writes_.size() > most) {
        fail(Property::kEndlessChanges,
             "more than " + std::to_string(most) +
                 " changes of the record within 10 s; last: " + entry.kind);
    }
    if (writes_expected_none_ && ++*writes_expected_none_ > kCalmChanges) {
        fail(Property::kEndlessChanges, "the record still changes in calm: " + entry.reason);
    }
    if (entry.kind == "failover_started" && last_.lease > core::Millis{0}) {
        may_have_erred(index_of(last_.primary));
    }
    if (entry.kind == "failover_started") check_failover(next, entry.rule.starts_with("105"));
    if (truth_.policy.async) async_ = *truth_.policy.async;
    if (entry.rule.starts_with("113")) may_lose_ = next.primary;
    // Where commits do not wait, the former primary has written on until its lease ended.
    if (entry.rule.starts_with("113") || last_.open_after > core::Millis{0}) {
        expect_rebuilds(next.primary, {});
    }
    if (last_.in_sync != next.in_sync && !next.in_sync.empty()) check_admission(next);
    for (const auto& [host, by] : next.rebuild_asked) {
        if (by == kNoReason) may_have_erred(index_of(host));
    }
    for (const auto& [host, role] : next.roles) {  // the operator's, who may do anything with it
        if (role.role == core::Role::kDetached) may_have_erred(index_of(host));
    }
    if (next.primary != last_.primary && next.operation) {
        expect_rebuilds(next.primary, next.operation->from);
    }
    check_route(next, entry);
    check_phase(next, entry);
    if (entry.rule.starts_with("430") || entry.rule.starts_with("470"))
        erred_[static_cast<std::size_t>(index_of(next.primary))] = false;
    ++counts_[entry.kind];
    last_ = next;
}

// What the rule table says of itself, and is statically checked for, is what its rules do.
void Judge::check_phase(const core::Record& next, const ports::HistoryEntry& entry) {
    if (next.phase == last_.phase || entry.rule.empty()) return;
    for (const auto& rule : core::rules()) {
        if (rule.name != entry.rule || (rule.leads_to & core::mask_of(next.phase)) != 0) continue;
        fail(Property::kUndeclaredPhase, entry.rule + " leads to " +
                                             std::string(core::to_string(next.phase)) +
                                             ", which its row does not say");
    }
}

// Writers are sent to a new primary only once it has opened.
void Judge::check_route(const core::Record& next, const ports::HistoryEntry& entry) {
    if (next.phase == core::Phase::kPromoting && next.epoch != last_.epoch) {
        promoting_since_ = truth_.engine.queue.now();
    }
    if (!next.route.writer || next.route.writer == last_.route.writer) return;
    const auto writer = static_cast<std::size_t>(index_of(*next.route.writer));
    const bool aborts = entry.rule.starts_with("150") || entry.rule.starts_with("116");
    const bool open = opened_at_[writer] >= promoting_since_ || truth_.servers[writer]->writable();
    if (!aborts && !open) {
        fail(Property::kRoutedClosed,
             next.route.writer->value + " gets writers before it has opened");
    }
}

void Judge::check_failover(const core::Record& next, bool gives_back) {
    const auto& from = next.operation->from.value;
    if (next.operation->cause.find("accepts the loss") != std::string::npos) accept_loss();
    const bool spared = last_.maintenance.count(next.primary) > 0;
    if (spared && !gives_back && !loss_accepted_) {
        fail(Property::kNeedlessFailover, next.primary.value + " is promoted in maintenance");
        return;
    }
    if (from.empty() || next.operation->cause.starts_with("asked for")) return;
    if (last_.pause.paused && !gives_back) {
        fail(Property::kNeedlessFailover, "failed over although it is paused");
        return;
    }
    if (!truth_.policy.automatic_failover && !gives_back) {
        fail(Property::kNeedlessFailover, "failed over although the policy is manual");
        return;
    }
    const int old_primary = index_of(next.operation->from);
    const auto& server = *truth_.servers[static_cast<std::size_t>(old_primary)];
    // What was heard of it may be as old as host_timeout.
    const Micros now = truth_.engine.queue.now();
    const bool serves =
        server.writable() && !server.disk_stalled() &&
        now - opened_at_[static_cast<std::size_t>(old_primary)] > truth_.policy.host_timeout;
    if (serves && truth_.witnessed(old_primary)) {
        fail(Property::kNeedlessFailover,
             from + " serves and is seen, yet is failed over: " + next.operation->cause);
    }
}

// What was acknowledged may be gone from here on, and a primary that was not off may still serve.
void Judge::accept_loss() {
    loss_accepted_ = true;
    losses_.forget();
    acknowledged_before_calm_ = {};
}

// A replica that nobody waits for may have received more than the one that takes over; and one that
// could not be told to stop goes on receiving, or begins to again when its receiver had failed.
void Judge::expect_rebuilds(const core::HostName& taking_over, const core::HostName& spared) {
    const auto& successor = *truth_.servers[static_cast<std::size_t>(index_of(taking_over))];
    for (std::size_t i = 0; i < truth_.servers.size(); ++i) {
        const auto& other = *truth_.servers[i];
        const auto name = database_name(static_cast<int>(i));
        if (name == taking_over || name == spared) continue;
        const bool receives = other.source() >= 0 && other.source() != index_of(taking_over);
        if (receives || !successor.received().contains(other.received())) {
            may_have_erred(static_cast<int>(i));
        }
    }
}

}  // namespace understudy::simulation

#include "controller/cluster_loop.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/event_kind.h"
#include "core/rebuilding.h"
#include "wire/json.h"

namespace understudy::controller {

namespace {

using core::Decision;
using core::ErrorCode;
using core::HostName;
using core::Operation;
using core::Record;
using core::Result;

// No chain of decisions is longer; more are made in the next step.
constexpr int kDecisionsPerStep = 16;
constexpr std::size_t kRequestsWaiting = 16;

std::set<HostName> everybody(const core::Topology& topology) {
    std::set<HostName> hosts(topology.load_balancers.begin(), topology.load_balancers.end());
    hosts.insert(topology.web_backends.begin(), topology.web_backends.end());
    for (const auto& host : topology.databases) hosts.insert(host.name);
    return hosts;
}

// People are told later than decisions are made: a short silence is not worth a message.
core::Millis silence_worth_telling(const core::Policy& policy) {
    return std::max(core::Millis{3000}, policy.host_timeout * 3);
}

// A step is due every 50 ms, and a report of each host several times within host_timeout.
core::Millis longest_standstill(const core::Policy& policy) { return policy.host_timeout / 4; }

// What depends on the time of day alone may be as much late.
constexpr core::Millis kLongestRest{250};

std::optional<RequestId> request_in(const Event& event) {
    if (const auto* asked = std::get_if<OperationAsked>(&event)) return asked->id;
    if (const auto* asked = std::get_if<PauseAsked>(&event)) return asked->id;
    if (const auto* asked = std::get_if<HostChangeAsked>(&event)) return asked->id;
    return std::nullopt;
}

// The operation, if any, and what the record says besides.
std::string detail_of(const Record& record, const Operation* operation) {
    auto detail = operation == nullptr ? nlohmann::json::object()
                                       : nlohmann::json::parse(wire::to_json(*operation));
    detail["phase"] = std::string(to_string(record.phase));
    detail["primary"] = record.primary.value;
    detail["in_sync"] = nlohmann::json::array();
    for (const auto& host : record.in_sync) detail["in_sync"].push_back(host.value);
    return detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

ClusterLoop::ClusterLoop(core::Topology topology, core::Policy policy, ports::StateStore& store,
                         const ports::Clock& clock, Decide decide)
    : topology_(std::move(topology)),
      policy_(policy),
      hosts_(everybody(topology_)),
      store_(store),
      clock_(clock),
      decide_(std::move(decide)),
      watch_(hosts_, silence_worth_telling(policy)),
      vip_(topology_.load_balancers, policy.host_timeout) {}

Result<void> ClusterLoop::start() {
    auto stored = store_.load();
    if (!stored) return tl::unexpected(stored.error());
    record_ = stored->value_or(Record{});
    listening_since_ = stepped_ = clock_.now().monotonic;
    trail_.resume(record_, clock_.now().monotonic);
    return {};
}

Outgoing ClusterLoop::step(std::vector<Event> events) {
    Outgoing out;
    const auto now = clock_.now().monotonic;
    const auto stood_still = now - std::exchange(stepped_, now);
    // What was said meanwhile it hears only now, from one host sooner than from another: who is
    // silent is not to be told from that.
    if (stood_still > longest_standstill(policy_)) listening_since_ = now;
    const bool was_stopped = stood_still > policy_.host_timeout;
    bool news = false;
    for (auto& event : events) {
        const auto request = was_stopped ? request_in(event) : std::nullopt;
        if (request) {
            out.answers.push_back({*request, false, "this controller stood still; ask again", {}});
        } else {
            news = absorb(std::move(event)) || news;
        }
    }
    if (!news && now < resting_until_) return out;
    take_stock(out);
    resting_until_ = at_rest(out) ? rest_until(now) : core::MonotonicTime{};
    return out;
}

void ClusterLoop::take_stock(Outgoing& out) {
    trail_.look(view_);
    if (reload(out)) decide(out);
    // Also while the store fails: an agent that was started again needs to hear what it was told.
    out.telling = dispatch_.due(record_, topology_, view_, clock_.now().monotonic);
    // What follows is written for people; it waits while something is to be told.
    if (!out.telling.assignments.empty() || !out.telling.routes.empty()) {
        out.urgent_work_left = true;
        return;
    }
    answer_pauses(out);
    answer_host_changes(out);
    complete_operation(out);
    if (!record_.operation) report_news(out);
}

// Nothing is under way, nobody waits for an answer, and the record is known.
bool ClusterLoop::at_rest(const Outgoing& out) const {
    const bool waits = !asked_.empty() || !pauses_.empty() || !host_changes_.empty() || completed_;
    return !out.urgent_work_left && out.recorded.empty() && !waits && !record_.operation &&
           !store_trouble_ && !perhaps_old_ && trail_.idle() && dispatch_.all_hold();
}

// Until a host that is heard would count as silent.
core::MonotonicTime ClusterLoop::rest_until(core::MonotonicTime now) const {
    core::MonotonicTime until = now + kLongestRest;
    if (const auto heard_out = listening_since_ + policy_.host_timeout; heard_out >= now) {
        until = std::min<core::MonotonicTime>(until, heard_out);
    }
    for (const auto& [host, seen] : view_) {
        const auto silent_at = seen.heard + policy_.host_timeout;
        if (silent_at >= now) until = std::min<core::MonotonicTime>(until, silent_at);
    }
    return until;
}

// An answer that was long on its way, or lay here while this process was stopped, may be as old as
// the question.
core::MonotonicTime ClusterLoop::told_at(const Heard& heard) const {
    return heard.at - heard.asked > policy_.host_timeout ? heard.asked : heard.at;
}

bool ClusterLoop::absorb(const Heard& heard) {
    const auto& report = *heard.report;
    unheard_.erase(report.host);
    core::HostObservation& known = view_[report.host];
    const bool silent = clock_.now().monotonic - known.heard > policy_.host_timeout;
    const auto position = std::pair(known.report.agent_start, known.report.sequence);
    const bool news = silent || position != std::pair(report.agent_start, report.sequence);
    known.report = report;
    known.heard = told_at(heard);
    if (policy_.async && known.report.host == record_.primary && known.report.database) {
        positions_.heard(record_.primary, *known.report.database, known.heard,
                         policy_.async->max_lag);
    }
    return news;
}

bool ClusterLoop::absorb(Event event) {
    if (auto* heard = std::get_if<Heard>(&event)) return absorb(*heard);
    if (auto* unheard = std::get_if<Unheard>(&event)) {
        unheard_[unheard->host] = std::move(unheard->trouble);
    } else if (std::holds_alternative<Refused>(event)) {
        perhaps_old_ = true;
    } else if (auto* asked = std::get_if<OperationAsked>(&event)) {
        asked_.push_back(std::move(*asked));
    } else if (auto* pause = std::get_if<PauseAsked>(&event)) {
        pauses_.push_back(std::move(*pause));
    } else if (auto* change = std::get_if<HostChangeAsked>(&event)) {
        host_changes_.push_back(std::move(*change));
    } else {
        auto& fresh = std::get<Reconfigured>(event);
        topology_ = std::move(fresh.topology);
        policy_ = fresh.policy;
        watch_.tell_after(silence_worth_telling(policy_));
        vip_.fresh_for(policy_.host_timeout);
    }
    return true;
}

bool ClusterLoop::reload(Outgoing& out) {
    if (!store_trouble_ && !perhaps_old_) return true;
    auto stored = store_.load();
    if (!stored) {
        out.troubles.push_back(stored.error());
        store_trouble_ = describe(stored.error());
        return false;
    }
    const Record found = stored->value_or(Record{});
    if (found.revision < record_.revision) {
        store_trouble_ =
            "the store went back from revision " + std::to_string(record_.revision.value) + " to " +
            std::to_string(found.revision.value) + "; restart the controller if that is meant";
        out.troubles.push_back({ErrorCode::kConflict, "read the record again", *store_trouble_, 0});
        return false;
    }
    store_trouble_.reset();
    perhaps_old_ = false;
    adopt(found, out);
    return true;
}

void ClusterLoop::adopt(const Record& next, Outgoing& out) {
    const Record before = std::exchange(record_, next);
    trail_.recorded(before, record_, clock_.now());
    const bool ended = before.operation && !record_.operation && record_.last_operation;
    if (ended && aborted(record_, *record_.last_operation)) {
        answer_running(false, record_.last_operation->cause, *record_.last_operation, out);
    }
}

void ClusterLoop::decide(Outgoing& out) {
    while (asked_.size() > kRequestsWaiting) {
        out.answers.push_back({asked_.back().id, false, "too many requests wait already", {}});
        asked_.pop_back();
    }
    for (int made = 0; made < kDecisionsPerStep; ++made) {
        const core::Request* request = asked_.empty() ? nullptr : &asked_.front().request;
        const Decision decision = decide_({record_, view_, topology_, policy_, clock_.now(),
                                           request, listening_since_, &positions_});
        if (!follow(decision, out)) return;
    }
    out.urgent_work_left = true;
}

// Whether to decide again.
bool ClusterLoop::follow(const Decision& decision, Outgoing& out) {
    if (decision.next) {
        const std::string kind = kind_of_change(record_, *decision.next);
        // The end of an operation is told once, when the load balancers route to it.
        const bool event = decision.event && kind != "promoted";
        auto written = entry(*decision.next, kind, decision.reason, event);
        written.rule = std::string(decision.rule);
        if (!write(*decision.next, std::move(written), out)) return false;
        note_undecided("", out);
    }
    const bool answers = !asked_.empty() && (decision.answers_request || !decision.next);
    if (answers) answer_front(decision, out);
    if (decision.next) return true;
    if (!decision.refusal) note_undecided(decision.reason, out);
    return answers;
}

void ClusterLoop::answer_front(const Decision& decision, Outgoing& out) {
    const RequestId id = asked_.front().id;
    asked_.pop_front();
    if (decision.next && record_.operation) {
        running_ = Running{id, record_.operation->started};
    } else {
        const std::string reason = decision.reason.empty() ? "nothing to do" : decision.reason;
        out.answers.push_back({id, false, decision.refusal.value_or(reason), {}});
    }
}

void ClusterLoop::answer_running(bool done, const std::string& reason, const Operation& operation,
                                 Outgoing& out) {
    if (!running_) return;
    out.answers.push_back({running_->id, done, reason, operation});
    running_.reset();
}

void ClusterLoop::complete_operation(Outgoing& out) {
    if (store_trouble_ || record_.operation) return;
    if (!completed_) {
        completed_ = trail_.completed(topology_, view_, policy_.host_timeout, clock_.now());
    }
    if (!completed_) return;
    const std::string kind(to_string(completed_->kind));
    const std::string reason =
        kind + " to " + completed_->to.value + " is complete: " + completed_->cause;
    // A write whose outcome was unknown may have been done.
    if (record_.last_operation != completed_) {
        Record next = record_;
        next.revision.value += 1;
        next.last_operation = *completed_;
        auto written = entry(next, kind, reason, true);
        written.detail_json = detail_of(next, &*completed_);
        if (!write(next, std::move(written), out)) return;
    }
    answer_running(true, reason, *completed_, out);
    out.completed.push_back(*std::exchange(completed_, std::nullopt));
}

void ClusterLoop::note_undecided(const std::string& why, Outgoing& out) {
    if (why == undecided_) return;
    undecided_ = why;
    if (!why.empty()) out.notes.push_back(why);
}

bool ClusterLoop::write(const Record& next, ports::HistoryEntry entry, Outgoing& out) {
    const auto written = store_.compare_and_swap(record_.revision, next, entry);
    if (!written) {
        store_trouble_ = describe(written.error());
        out.troubles.push_back(written.error());
        return false;
    }
    adopt(next, out);
    out.recorded.push_back(std::move(entry));
    return true;
}

ports::HistoryEntry ClusterLoop::entry(const Record& next, std::string kind, std::string reason,
                                       bool event) const {
    ports::HistoryEntry entry;
    entry.at = clock_.now().wall;
    entry.epoch = next.epoch;
    entry.kind = std::move(kind);
    entry.reason = std::move(reason);
    entry.event = event;
    const Operation* operation = next.operation ? &*next.operation : nullptr;
    entry.detail_json = detail_of(next, operation);
    return entry;
}

Snapshot ClusterLoop::snapshot() const {
    Snapshot snapshot;
    snapshot.at = clock_.now();
    snapshot.record = record_;
    snapshot.view = view_;
    snapshot.readiness =
        core::if_primary_died_now(record_, view_, topology_, policy_, snapshot.at, &positions_);
    const core::Situation situation(
        {record_, view_, topology_, policy_, snapshot.at, nullptr, {}, &positions_});
    for (const auto& host : topology_.databases) {
        auto why = core::needs_rebuild(situation, host.name);
        if (!why.empty()) snapshot.needs_rebuild[host.name] = std::move(why);
    }
    for (const auto& host : hosts_) {
        const auto seen = view_.find(host);
        snapshot.reachable[host] =
            seen != view_.end() &&
            snapshot.at.monotonic - seen->second.heard <= policy_.host_timeout;
    }
    snapshot.unheard = unheard_;
    snapshot.store_trouble = store_trouble_;
    snapshot.undecided = undecided_;
    snapshot.acknowledgements_asked = policy_.async ? 0 : policy_.acknowledgements;
    return snapshot;
}

}  // namespace understudy::controller

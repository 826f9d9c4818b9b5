#include "core/lease.h"

#include <algorithm>
#include <utility>

#include "core/quorum.h"
#include "core/rejoining.h"
#include "core/transitions.h"

namespace understudy::core {

namespace {

bool under_lease(const Record& record) { return record.lease > Millis{0}; }

const LeaseFacts* lease_facts(const Situation& s) {
    const auto* facts = s.fresh_database(s.in.record.primary);
    return facts != nullptr && facts->lease ? &*facts->lease : nullptr;
}

// It was told of this epoch, and grants no lease of an earlier one; that it keeps its word does not
// depend on when it was heard.
bool refuses(const Situation& s, const HostName& host) {
    const auto seen = s.in.view.find(host);
    if (seen == s.in.view.end()) return false;
    const auto& report = seen->second.report;
    const bool has_database = s.in.topology.database(host) != nullptr;
    const auto& balancers = s.in.topology.load_balancers;
    const bool has_balancer =
        std::find(balancers.begin(), balancers.end(), host) != balancers.end();
    const auto knows = [&s](const std::optional<Epoch>& told) {
        return told && *told >= s.in.record.epoch;
    };
    return (!has_database || knows(report.database_epoch)) &&
           (!has_balancer || knows(report.route_epoch));
}

bool enough_refuse(const Situation& s) {
    const auto witnesses = witnesses_of(s.in.record.primary, s.in.topology);
    const auto refusing = std::count_if(witnesses.begin(), witnesses.end(),
                                        [&s](const HostName& host) { return refuses(s, host); });
    return static_cast<std::size_t>(refusing) >= refusals_needed(witnesses.size());
}

// Its own agent says that it writes no more, and was told not to begin again.
bool surely_closed(const Situation& s) {
    const auto* report = s.fresh(s.in.record.primary);
    const auto* facts = s.fresh_database(s.in.record.primary);
    if (facts == nullptr || !report->database_epoch) return false;
    if (*report->database_epoch < s.in.record.epoch) return false;
    return facts->process == ProcessState::kGone || s.reached(s.in.record.primary);
}

bool stopped_receiving(const Situation& s, const HostName& host) {
    const auto* facts = s.fresh_database(host);
    return facts != nullptr && facts->answering && s.reached(host) &&
           facts->replication.receiver == ReceiverState::kStopped;
}

// Everybody who could be the most advanced has stopped receiving, or had the time to.
bool all_gathered(const Situation& s) {
    if (s.phase_lasts_longer_than(s.in.policy.switchover_timeout)) return true;
    const auto all = s.candidates();
    return std::all_of(all.begin(), all.end(), [&s](const Candidate& candidate) {
        return !candidate.obstacle.empty() || stopped_receiving(s, candidate.name);
    });
}

GtidSet received_by_best(const Situation& s) {
    const auto all = s.candidates();
    const auto* facts = all.empty() ? nullptr : s.fresh_database(all.front().name);
    if (facts == nullptr) return {};
    return held_by(*facts);
}

}  // namespace

bool durability_changed(const Situation& s) {
    return s.in.policy.async.has_value() != under_lease(s.in.record);
}

Decision change_durability(const Situation& s) {
    if (s.in.policy.async) return degrade(s, "the policy is asynchronous now");
    return release_lease(s, "the policy is lossless now");
}

bool worth_a_lease(const Situation& s) {
    if (!s.in.policy.async || !s.reached(s.in.record.primary)) return false;
    const auto& roles = s.in.record.roles;
    return std::any_of(roles.begin(), roles.end(), [&s](const auto& role) {
        return is_replica(role.second.role) && s.follows(role.first);
    });
}

Decision begin_lease(const Situation& s) {
    Record record = next_record(s);
    record.lease = s.in.policy.async->lease;
    record.tell(record.primary, Role::kPrimaryAlone);
    enter(record, Phase::kAdmitting, s);
    return write(std::move(record), s.in.record.primary.value + " asks its witnesses for a lease",
                 false);
}

bool lease_is_granted(const Situation& s) {
    const auto* lease = lease_facts(s);
    const auto role = s.in.record.roles.find(s.in.record.primary);
    return under_lease(s.in.record) && role->second.role == Role::kPrimaryAlone &&
           s.reached(s.in.record.primary) && lease != nullptr && lease->held &&
           lease->granted >= lease->needed;
}

Decision bind_to_lease(const Situation& s) {
    Record record = next_record(s);
    record.tell(record.primary, Role::kPrimaryLeased);
    return write(std::move(record), s.in.record.primary.value + " is bound to its lease", false);
}

Decision lease_holds(const Situation& s) {
    Record record = next_record(s);
    enter(record, Phase::kProtected, s);
    return write(std::move(record), s.in.record.primary.value + " writes under its lease", true);
}

bool lease_is_short(const Situation& s) {
    const auto* facts = s.fresh_database(s.in.record.primary);
    const auto role = s.in.record.roles.find(s.in.record.primary);
    if (role == s.in.record.roles.end() || role->second.role != Role::kPrimaryLeased) return false;
    const auto* lease = lease_facts(s);
    return lease != nullptr && facts->process == ProcessState::kRunning &&
           lease->short_for >= s.in.policy.ack_stall_timeout;
}

Decision release_lease(const Situation& s, const std::string& reason) {
    Record record = next_record(s);
    record.lease = Millis{0};
    record.tell(record.primary, Role::kPrimaryAlone);
    enter(record, Phase::kAlone, s);
    return write(std::move(record),
                 reason + "; " + s.in.record.primary.value + " writes without a lease", true);
}

Decision revoke_lease(const Situation& s, const std::string& cause, const HostName& wanted) {
    Record record = next_record(s);
    begin_failover(record, s, wanted, cause);
    const auto seen = s.in.view.find(record.primary);
    if (seen != s.in.view.end() && seen->second.report.database) {
        record.operation->last_heard = seen->second.report.database->executed;
    }
    record.operation->must_hold = received_by_best(s);
    record.epoch.value += 1;
    for (auto& [name, role] : record.roles) {
        if (follows_orders(role.role)) record.tell(name, Role::kFenced);
    }
    enter(record, Phase::kGathering, s);
    route_writer(record, std::nullopt);
    return write(std::move(record), cause + "; its lease is revoked", true);
}

std::optional<HostName> successor_of_leased(const Situation& s) {
    const bool certain = surely_closed(s);
    // A host that is heard says so itself, sooner than its lease would end.
    const bool patient = s.fresh(s.in.record.primary) != nullptr &&
                         !s.phase_lasts_longer_than(s.in.policy.switchover_timeout);
    if (!certain && (patient || !enough_refuse(s))) return std::nullopt;
    if (!all_gathered(s)) return std::nullopt;
    const auto& wanted = s.in.record.operation->to;
    const auto all = s.candidates();
    for (const auto& candidate : all) {
        if (candidate.name == wanted && candidate.hindrance.empty()) return wanted;
    }
    for (const auto& candidate : all) {
        if (candidate.hindrance.empty() && stopped_receiving(s, candidate.name)) {
            return candidate.name;
        }
    }
    return std::nullopt;
}

Decision promote_successor(const Situation& s, const HostName& to) {
    Record record = next_record(s);
    record.operation->to = to;
    record.operation->incarnation = s.fresh_database(to)->incarnation;
    if (surely_closed(s)) record.lease = Millis{0};
    promote(record, s, to);
    // Whatever was acknowledged before the leased primary's time is in its promotion point.
    const bool lossy = !held_by(*s.fresh_database(to)).contains(record.promotion_point);
    if (lossy) record.loss_epoch = record.epoch;
    const std::string when = record.open_after > Millis{0}
                                 ? "opens when the former primary's lease has surely ended"
                                 : "opens, as the former primary is closed";
    return write(std::move(record), to.value + " is the most advanced and " + when, false);
}

bool replaces_leased(const Situation& s) {
    return s.in.record.operation && !s.in.record.operation->last_heard.empty();
}

Decision gather_again(const Situation& s) {
    Record record = next_record(s);
    const HostName failed = record.primary;
    record.primary = record.operation->from;
    record.operation->to = {};
    record.operation->incarnation.reset();
    // The former primary's lease may still run; only its length is forgotten, and this is no less.
    record.lease = std::max(record.open_after, Millis{1});
    record.open_after = Millis{0};
    for (auto& [name, role] : record.roles) {
        if (follows_orders(role.role)) record.tell(name, Role::kFenced);
    }
    enter(record, Phase::kGathering, s);
    return write(
        std::move(record),
        failed.value + " lost, or may have lost, what it received; the others are asked again",
        true);
}

Decision return_to_leased(const Situation& s) {
    Record record = next_record(s);
    record.last_operation = std::exchange(record.operation, std::nullopt);
    record.last_operation->cause += "; aborted: nobody could be promoted";
    record.tell(record.primary, Role::kPrimaryLeased);
    tell_to_follow(record);
    enter(record, Phase::kAdmitting, s);
    route_writer(record, record.primary);
    return write(std::move(record),
                 "failover aborted, " + s.in.record.primary.value +
                     " is heard again and stays: nobody could be promoted",
                 true);
}

}  // namespace understudy::core

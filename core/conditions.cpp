#include "core/conditions.h"

#include <algorithm>

#include "core/fitness.h"
#include "core/membership.h"

namespace understudy::core {

namespace {

// The primary begins to wait when they are this close.
constexpr std::uint64_t kVeryCloseTransactions = 100;

// Replicas were told to acknowledge, and the primary does not wait for them yet.
bool about_to_wait(const Situation& s) {
    return s.in.record.phase == Phase::kAdmitting && !leased(s) &&
           s.role_of(s.in.record.primary) == Role::kPrimaryAlone;
}

// It lost replicas, or the policy asks for more since.
bool admission_falls_short(const Situation& s) {
    return about_to_wait(s) && acknowledging_replicas(s).size() < wanted_acknowledgements(s);
}

}  // namespace

bool asked_for(const Situation& s, OperationKind kind) {
    return s.in.request != nullptr && s.in.request->kind == kind;
}

bool may_fail_over(const Situation& s) {
    return s.in.policy.automatic_failover && !s.in.record.pause.paused && !s.flapping() &&
           s.best_candidate();
}

std::size_t wanted_acknowledgements(const Situation& s) {
    return static_cast<std::size_t>(s.in.policy.acknowledgements);
}

std::size_t needed_acknowledgements(const Situation& s) {
    return about_to_wait(s) ? wanted_acknowledgements(s)
                            : static_cast<std::size_t>(s.in.record.acknowledgements);
}

bool acknowledge_closely(const Situation& s) {
    const auto* primary = s.fresh_database(s.in.record.primary);
    const auto replicas = acknowledging_replicas(s);
    const auto close = std::count_if(replicas.begin(), replicas.end(), [&s](const auto& name) {
        const auto gap = s.behind(name);
        return s.follows(name) && s.fresh_database(name)->semi_sync.replica_active && gap &&
               *gap <= kVeryCloseTransactions && !s.diverged(name);
    });
    return primary != nullptr && static_cast<std::size_t>(close) >= wanted_acknowledgements(s) &&
           primary->semi_sync.source_clients >= s.in.policy.acknowledgements;
}

// Everything that the primary had executed when it reported that it waits is received by all who
// acknowledge: from then on nothing is acknowledged to a client without enough of them.
bool hold_all_that_is_acknowledged(const Situation& s) {
    const auto replicas = acknowledging_replicas(s);
    const auto role = s.in.record.roles.find(s.in.record.primary);
    if (replicas.empty() || role == s.in.record.roles.end()) return false;
    if (role->second.role != Role::kPrimaryLossless || !s.reached(s.in.record.primary))
        return false;
    const auto& semi_sync = s.fresh_database(s.in.record.primary)->semi_sync;
    // One more that acknowledges would let writes go on that these replicas lack.
    auto members = s.in.record.unconfirmed;
    members.insert(replicas.begin(), replicas.end());
    return semi_sync.source_enabled && semi_sync.source_clients >= s.in.record.acknowledgements &&
           static_cast<std::size_t>(semi_sync.source_clients) <= members.size() &&
           std::all_of(replicas.begin(), replicas.end(), [&s](const auto& name) {
               return s.follows(name) && s.behind(name) == std::uint64_t{0} && !s.diverged(name);
           });
}

std::optional<HostName> unknown_host(const Situation& s) {
    for (const auto& host : s.in.topology.databases) {
        if (s.in.record.roles.count(host.name) > 0) continue;
        const auto* facts = s.fresh_database(host.name);
        const bool answers = facts != nullptr && facts->answering;
        if (answers && chained_source(s.in.topology, host.name, *facts).empty()) return host.name;
    }
    return std::nullopt;
}

bool all_databases_answer(const Situation& s) {
    for (const auto& host : s.in.topology.databases) {
        const auto* facts = s.fresh_database(host.name);
        if (facts == nullptr || !facts->answering) return false;
    }
    return !s.in.topology.databases.empty();
}

bool drained(const Situation& s) {
    const auto* facts = s.fresh_database(s.in.record.primary);
    return s.reached(s.in.record.primary) && facts != nullptr && facts->answering &&
           facts->super_read_only && s.behind(s.in.record.operation->to) == std::uint64_t{0};
}

std::string candidate_trouble(const Situation& s) {
    for (const auto& candidate : s.candidates()) {
        if (s.in.record.operation && candidate.name == s.in.record.operation->to) {
            return candidate.hindrance;
        }
    }
    return "it is not part of the cluster";
}

bool overdue(const Situation& s) {
    return s.phase_lasts_longer_than(s.in.policy.switchover_timeout);
}

bool leased(const Situation& s) { return s.in.record.lease > Millis{0}; }

namespace {

// RESET REPLICA, say, dropped it.
bool misses_what_it_must_hold(const Assignment& told, const DatabaseFacts& facts) {
    return facts.answering && facts.super_read_only && !held_by(facts).contains(told.must_hold);
}

}  // namespace

bool forfeited(const Situation& s) {
    if (!s.in.record.operation || s.in.record.operation->from.empty()) return false;
    const auto told = assignment_for(s.in.record.primary, s.in.record, s.in.topology);
    const auto* report = s.fresh(s.in.record.primary);
    // Heard late, it may be of before it was chosen.
    if (!told || report == nullptr || !report->applied) return false;
    if (report->applied->token != told->token || !report->database) return false;
    return promotion_forfeited(*told, *report->database, report->applied->opened) ||
           misses_what_it_must_hold(*told, *report->database);
}

std::string cause_of_loss(const Situation& s) {
    const auto& primary = s.in.record.primary.value;
    if (s.primary_gone()) return "mysqld on " + primary + " ended";
    return primary + " is silent, its replicas lost it and no load balancer reaches it";
}

bool primary_dead(const Situation& s) { return s.primary_gone() || s.primary_lost(); }

bool too_few_acknowledge(const Situation& s) {
    if (primary_dead(s) || s.fresh(s.in.record.primary) == nullptr) return false;
    if (s.primary_stalls_for_acks() || admission_falls_short(s)) return true;
    return !acknowledging_replicas_gone(s).empty() && !member_to_drop(s);
}

std::string cause_of_degrading(const Situation& s) {
    const auto gone = acknowledging_replicas_gone(s);
    if (!gone.empty()) {
        return lost_member(s, gone.front()) + "; " + s.in.record.primary.value + " goes on alone";
    }
    if (admission_falls_short(s)) {
        return std::to_string(acknowledging_replicas(s).size()) + " of the " +
               std::to_string(wanted_acknowledgements(s)) +
               " replicas that are to acknowledge are left; " + s.in.record.primary.value +
               " goes on alone";
    }
    const auto age = s.fresh_database(s.in.record.primary)->canary->age.count();
    return "writes waited " + std::to_string(age) + " ms for an acknowledgement; " +
           s.in.record.primary.value + " goes on alone";
}

}  // namespace understudy::core

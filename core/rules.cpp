#include "core/rules.h"

#include <array>
#include <string>

#include "core/transitions.h"

namespace understudy::core {

namespace {

// A replica begins to acknowledge when it is this close, and the primary begins to wait when it is
// that close: a primary that waits for a replica far behind would stall.
constexpr std::uint64_t kCloseTransactions = 1000;
constexpr std::uint64_t kVeryCloseTransactions = 100;

constexpr PhaseMask kServing =
    mask_of(Phase::kAlone) | mask_of(Phase::kAdmitting) | mask_of(Phase::kProtected);
constexpr PhaseMask kRecoverable = mask_of(Phase::kProtected) | mask_of(Phase::kDraining);

bool asked_for(const Situation& s, OperationKind kind) {
    return s.in.request != nullptr && s.in.request->kind == kind;
}

bool may_fail_over(const Situation& s) {
    return s.in.policy.automatic_failover && !s.in.record.pause.paused && !s.flapping() &&
           s.best_candidate();
}

std::optional<HostName> acknowledging_replica(const Situation& s) {
    for (const auto& [name, role] : s.in.record.roles) {
        if (role.role == Role::kReplicaInSync) return name;
    }
    return std::nullopt;
}

std::optional<HostName> close_replica(const Situation& s) {
    for (const auto& [name, role] : s.in.record.roles) {
        if (role.role != Role::kReplicaCatchingUp || !s.follows(name)) continue;
        const auto gap = s.behind(name);
        if (gap && *gap <= kCloseTransactions && s.errant(name).empty()) return name;
    }
    return std::nullopt;
}

bool acknowledges_closely(const Situation& s) {
    const auto replica = acknowledging_replica(s);
    const auto* primary = s.fresh_database(s.in.record.primary);
    if (!replica || primary == nullptr || !s.follows(*replica)) return false;
    const auto gap = s.behind(*replica);
    return s.fresh_database(*replica)->semi_sync.replica_active &&
           primary->semi_sync.source_clients > 0 && gap && *gap <= kVeryCloseTransactions;
}

// Everything that the primary had executed when it reported that it waits is received: from then
// on nothing is acknowledged to a client without this replica.
bool holds_all_that_is_acknowledged(const Situation& s) {
    const auto replica = acknowledging_replica(s);
    const auto role = s.in.record.roles.find(s.in.record.primary);
    if (!replica || role == s.in.record.roles.end()) return false;
    if (role->second.role != Role::kPrimaryLossless || !s.reached(s.in.record.primary))
        return false;
    const auto* primary = s.fresh_database(s.in.record.primary);
    // Another one that acknowledges would let writes go on that this replica lacks.
    return primary->semi_sync.source_enabled && primary->semi_sync.source_clients == 1 &&
           s.follows(*replica) && s.behind(*replica) == std::uint64_t{0};
}

std::optional<HostName> unknown_host(const Situation& s) {
    for (const auto& host : s.in.topology.databases) {
        if (s.in.record.roles.count(host.name) == 0) return host.name;
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
           facts->super_read_only;
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
    return s.in.record.phase_since &&
           s.in.now.wall - *s.in.record.phase_since > s.in.policy.switchover_timeout;
}

std::optional<std::string> refusal_of_target(const Situation& s) {
    const auto all = s.candidates();
    if (s.in.request->to == s.in.record.primary) {
        return s.in.request->to.value + " is the primary already";
    }
    std::string why;
    for (const auto& candidate : all) {
        if (!s.in.request->to.empty() && candidate.name != s.in.request->to) continue;
        if (candidate.hindrance.empty()) return std::nullopt;
        why += (why.empty() ? "" : "; ") + candidate.name.value + ": " + candidate.hindrance;
    }
    if (why.empty()) why = s.in.request->to.value + " is no database host of this cluster";
    return "no candidate: " + why;
}

HostName requested_target(const Situation& s) {
    return s.in.request->to.empty() ? s.best_candidate().value() : s.in.request->to;
}

Decision take_up(Decision decision) {
    decision.answers_request = true;
    return decision;
}

Decision refuse(std::string why) {
    Decision decision;
    decision.refusal = why;
    decision.answers_request = true;
    decision.reason = std::move(why);
    return decision;
}

bool forfeited(const Situation& s) {
    if (!s.in.record.operation || s.in.record.operation->from.empty()) return false;
    const auto told = assignment_for(s.in.record.primary, s.in.record, s.in.topology);
    const auto* facts = s.fresh_database(s.in.record.primary);
    return told && facts != nullptr && promotion_forfeited(*told, *facts);
}

std::string cause_of_loss(const Situation& s) {
    const auto& primary = s.in.record.primary.value;
    if (s.primary_gone()) return "mysqld on " + primary + " ended";
    return primary + " is silent, its replicas lost it and no load balancer reaches it";
}

bool primary_dead(const Situation& s) { return s.primary_gone() || s.primary_lost(); }

bool replica_no_longer_acknowledges(const Situation& s) {
    return !primary_dead(s) && s.fresh(s.in.record.primary) != nullptr &&
           (s.member_gone() || s.primary_stalls_for_acks());
}

std::string cause_of_degrading(const Situation& s) {
    if (const auto gone = s.member_gone()) {
        return "mysqld on " + gone->value + " ended; " + s.in.record.primary.value +
               " goes on alone";
    }
    const auto age = s.fresh_database(s.in.record.primary)->canary->age.count();
    return "writes waited " + std::to_string(age) + " ms for an acknowledgement; " +
           s.in.record.primary.value + " goes on alone";
}

constexpr std::array kRules{
    Rule{100, "100 bootstrap", mask_of(Phase::kBootstrap), all_databases_answer, bootstrap,
         "no primary yet and every database host answers",
         "promote the host that has all transactions of the others"},
    Rule{105, "105 give-back", mask_of(Phase::kPromoting), forfeited, give_back,
         "the new primary's mysqld was started again before it opened, so it may lack writes",
         "give the role back to the former primary, which holds everything"},
    Rule{110, "110 finish-promotion", mask_of(Phase::kPromoting),
         [](const Situation& s) { return s.reached(s.in.record.primary); }, finish_promotion,
         "the new primary reports that it is open",
         "route writers to it; the others become its replicas"},
    Rule{120, "120 flap-guard", kServing,
         [](const Situation& s) {
             return primary_dead(s) && s.flapping() && !s.in.record.pause.paused &&
                    s.in.policy.automatic_failover;
         },
         pause_for_flapping, "the primary is dead, and failovers_per_window are used up",
         "pause automatic failover and tell the operator"},
    Rule{130, "130 fail-over-gone", kRecoverable,
         [](const Situation& s) { return s.primary_gone() && may_fail_over(s); },
         [](const Situation& s) { return fail_over(s, *s.best_candidate(), cause_of_loss(s)); },
         "the primary's mysqld ended and an in-sync replica answers", "promote the best candidate"},
    Rule{
        140, "140 fail-over-silent", kRecoverable,
        [](const Situation& s) { return s.primary_lost() && may_fail_over(s); },
        [](const Situation& s) { return fail_over(s, *s.best_candidate(), cause_of_loss(s)); },
        "the primary's host is silent for host_timeout, its replicas lost it, and no load balancer "
        "that can be heard reaches it",
        "promote the best candidate"},
    Rule{150, "150 abort-switchover", mask_of(Phase::kDraining),
         [](const Situation& s) {
             return !s.primary_gone() && (overdue(s) || !candidate_trouble(s).empty());
         },
         [](const Situation& s) {
             const auto trouble = candidate_trouble(s);
             return abort_switchover(s, trouble.empty()
                                            ? "the old primary was not fenced in time"
                                            : s.in.record.operation->to.value + ": " + trouble);
         },
         "the switchover is overdue, or its candidate is no longer fit",
         "give the role back to the old primary"},
    Rule{160, "160 promote-drained", mask_of(Phase::kDraining), drained, promote_drained,
         "the old primary reports that it is fenced",
         "promote the candidate, which must hold all that the old primary executed"},
    Rule{200, "200 degrade", mask_of(Phase::kProtected) | mask_of(Phase::kAdmitting),
         replica_no_longer_acknowledges,
         [](const Situation& s) { return degrade(s, cause_of_degrading(s)); },
         "the acknowledging replica's mysqld ended, or commits wait longer than ack_stall_timeout",
         "clear in_sync, then let the primary go on alone"},
    Rule{300, "300 operator-failover", kServing,
         [](const Situation& s) { return asked_for(s, OperationKind::kFailover); },
         [](const Situation& s) {
             if (const auto why = refusal_of_target(s)) return refuse(*why);
             const auto* facts = s.fresh_database(s.in.record.primary);
             if (facts != nullptr && facts->answering) {
                 return refuse(s.in.record.primary.value +
                               " answers; use a switchover, which loses nothing");
             }
             return take_up(fail_over(s, requested_target(s), "asked for by " + s.in.request->by));
         },
         "an operator asks for a failover",
         "promote the candidate, unless the primary still answers"},
    Rule{310, "310 operator-switchover", kServing,
         [](const Situation& s) { return asked_for(s, OperationKind::kSwitchover); },
         [](const Situation& s) {
             if (s.in.record.phase != Phase::kProtected) {
                 return refuse("the cluster is " + std::string(to_string(s.in.record.phase)) +
                               ", a switchover needs it protected");
             }
             if (const auto why = refusal_of_target(s)) return refuse(*why);
             const auto* facts = s.fresh_database(s.in.record.primary);
             if (facts == nullptr || !facts->answering) {
                 return refuse(s.in.record.primary.value + " does not answer; use a failover");
             }
             return take_up(begin_switchover(s, requested_target(s)));
         },
         "an operator asks for a switchover", "fence the primary, hold new writers"},
    Rule{320, "320 operator-too-early",
         mask_of(Phase::kBootstrap) | mask_of(Phase::kDraining) | mask_of(Phase::kPromoting),
         [](const Situation& s) { return s.in.request != nullptr; },
         [](const Situation& s) {
             return refuse("the cluster is " + std::string(to_string(s.in.record.phase)) +
                           "; try again when that has ended");
         },
         "an operator asks while another operation runs", "refuse"},
    Rule{400, "400 enrol", kServing, [](const Situation& s) { return unknown_host(s).has_value(); },
         [](const Situation& s) { return enrol_host(s, *unknown_host(s)); },
         "a configured database host has no role yet", "it follows the primary"},
    Rule{410, "410 begin-admission", mask_of(Phase::kAlone),
         [](const Situation& s) {
             return s.reached(s.in.record.primary) && close_replica(s).has_value();
         },
         [](const Situation& s) { return begin_admission(s, *close_replica(s)); },
         "a replica follows closely and has no errant transactions", "it begins to acknowledge"},
    Rule{420, "420 make-primary-wait", mask_of(Phase::kAdmitting),
         [](const Situation& s) {
             return s.in.record.roles.at(s.in.record.primary).role == Role::kPrimaryAlone &&
                    acknowledges_closely(s);
         },
         make_primary_wait, "the replica acknowledges and is very close",
         "the primary begins to wait for acknowledgements"},
    Rule{430, "430 admit", mask_of(Phase::kAdmitting), holds_all_that_is_acknowledged,
         [](const Situation& s) { return admit(s, *acknowledging_replica(s)); },
         "the primary waits, the replica is attached and has received all that it executed",
         "the replica enters in_sync"},
    Rule{500, "500 web-route", kServing | mask_of(Phase::kPromoting) | mask_of(Phase::kDraining),
         [](const Situation& s) { return s.web_in_rotation() != s.in.record.route.web; },
         change_web_route, "a web server became healthy or sick",
         "change the rotation, never emptying it"},
    Rule{510, "510 readers", kServing,
         [](const Situation& s) { return s.readers() != s.in.record.route.readers; },
         change_readers, "a replica came near enough, or fell too far behind, to read from",
         "change the readers; the primary reads when no replica can"},
};

static_assert([] {
    for (std::size_t i = 1; i < kRules.size(); ++i) {
        if (kRules[i - 1].number >= kRules[i].number) return false;
    }
    return true;
}());

}  // namespace

std::span<const Rule> rules() { return kRules; }

}  // namespace understudy::core

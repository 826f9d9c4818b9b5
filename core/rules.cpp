#include "core/rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/membership.h"
#include "core/operator_requests.h"
#include "core/transitions.h"

namespace understudy::core {

namespace {

// The primary begins to wait when they are this close.
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

std::size_t wanted_acknowledgements(const Situation& s) {
    return static_cast<std::size_t>(s.in.policy.acknowledgements);
}

bool acknowledge_closely(const Situation& s) {
    const auto* primary = s.fresh_database(s.in.record.primary);
    const auto replicas = acknowledging_replicas(s);
    const auto close = std::count_if(replicas.begin(), replicas.end(), [&s](const auto& name) {
        const auto gap = s.behind(name);
        return s.follows(name) && s.fresh_database(name)->semi_sync.replica_active && gap &&
               *gap <= kVeryCloseTransactions;
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
               return s.follows(name) && s.behind(name) == std::uint64_t{0};
           });
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
    return s.in.record.phase_since &&
           s.in.now.wall - *s.in.record.phase_since > s.in.policy.switchover_timeout;
}

// RESET REPLICA, say, dropped it.
bool misses_what_it_must_hold(const Assignment& told, const DatabaseFacts& facts) {
    return facts.answering && facts.super_read_only &&
           !facts.executed.united_with(facts.replication.retrieved).contains(told.must_hold);
}

bool forfeited(const Situation& s) {
    if (!s.in.record.operation || s.in.record.operation->from.empty()) return false;
    const auto told = assignment_for(s.in.record.primary, s.in.record, s.in.topology);
    const auto* facts = s.fresh_database(s.in.record.primary);
    return told && facts != nullptr &&
           (promotion_forfeited(*told, *facts) || misses_what_it_must_hold(*told, *facts));
}

std::string cause_of_loss(const Situation& s) {
    const auto& primary = s.in.record.primary.value;
    if (s.primary_gone()) return "mysqld on " + primary + " ended";
    return primary + " is silent, its replicas lost it and no load balancer reaches it";
}

bool primary_dead(const Situation& s) { return s.primary_gone() || s.primary_lost(); }

bool too_few_acknowledge(const Situation& s) {
    if (primary_dead(s) || s.fresh(s.in.record.primary) == nullptr) return false;
    if (s.primary_stalls_for_acks()) return true;
    return !acknowledging_replicas_gone(s).empty() && !member_to_drop(s);
}

std::string cause_of_degrading(const Situation& s) {
    const auto gone = acknowledging_replicas_gone(s);
    if (!gone.empty()) {
        return "mysqld on " + gone.front().value + " ended; " + s.in.record.primary.value +
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
    Rule{
        105, "105 give-back", mask_of(Phase::kPromoting), forfeited, give_back,
        "before it opened, the new primary's mysqld was started again and may lack writes, or what "
        "it received is gone",
        "give the role back to the former primary, which holds everything"},
    Rule{110, "110 finish-promotion", mask_of(Phase::kPromoting),
         [](const Situation& s) { return s.reached(s.in.record.primary); }, finish_promotion,
         "the new primary reports that it is open",
         "route writers to it; the others become its replicas"},
    Rule{112, "112 promote-most-advanced", mask_of(Phase::kGathering),
         [](const Situation& s) { return most_advanced_gathered(s).has_value(); },
         [](const Situation& s) { return promote_gathered(s, *most_advanced_gathered(s)); },
         "enough members receive no more, and one that may be promoted holds all they hold",
         "promote it"},
    Rule{114, "114 gathering-accept-loss", mask_of(Phase::kGathering),
         [](const Situation& s) {
             return asked_for(s, OperationKind::kFailover) && s.in.request->accept_loss;
         },
         promote_with_loss, "an operator accepts the loss while too few members can be asked",
         "promote the best host that can be promoted"},
    Rule{116, "116 abort-gathering", mask_of(Phase::kGathering),
         [](const Situation& s) {
             const auto* facts = s.fresh_database(s.in.record.primary);
             return overdue(s) && facts != nullptr && facts->answering;
         },
         abort_gathering,
         "the primary is heard again, and the members could not be gathered in time",
         "give the role back to it"},
    Rule{120, "120 flap-guard", kServing,
         [](const Situation& s) {
             return primary_dead(s) && s.flapping() && !s.in.record.pause.paused &&
                    s.in.policy.automatic_failover;
         },
         pause_for_flapping, "the primary is dead, and failovers_per_window are used up",
         "pause automatic failover and tell the operator"},
    Rule{130, "130 fail-over-gone", kRecoverable,
         [](const Situation& s) { return s.primary_gone() && may_fail_over(s); },
         [](const Situation& s) { return replace_primary(s, HostName{}, cause_of_loss(s)); },
         "the primary's mysqld ended and an in-sync replica answers", "promote the best candidate"},
    Rule{
        140, "140 fail-over-silent", kRecoverable,
        [](const Situation& s) { return s.primary_lost() && may_fail_over(s); },
        [](const Situation& s) { return replace_primary(s, HostName{}, cause_of_loss(s)); },
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
    Rule{
        160, "160 promote-drained", mask_of(Phase::kDraining), drained, promote_drained,
        "the old primary reports that it is fenced, and the candidate has received all that it has",
        "promote the candidate, which must hold all that the old primary executed"},
    Rule{200, "200 degrade", mask_of(Phase::kProtected) | mask_of(Phase::kAdmitting),
         too_few_acknowledge, [](const Situation& s) { return degrade(s, cause_of_degrading(s)); },
         "so many acknowledging replicas' mysqld ended that too few are left, or commits wait "
         "longer "
         "than ack_stall_timeout",
         "clear in_sync, then let the primary go on alone"},
    Rule{210, "210 drop-member", mask_of(Phase::kProtected) | mask_of(Phase::kAdmitting),
         [](const Situation& s) { return member_to_drop(s).has_value(); },
         [](const Situation& s) { return drop_member(s, *member_to_drop(s)); },
         "an acknowledging replica's mysqld ended, and enough others acknowledge",
         "it is told not to; it stays a member until that is sure"},
    Rule{220, "220 forget-member", mask_of(Phase::kProtected),
         [](const Situation& s) { return member_to_forget(s).has_value(); },
         [](const Situation& s) { return forget_member(s, *member_to_forget(s)); },
         "a member surely acknowledges no more, and the others hold all that it may have held",
         "it leaves in_sync"},
    Rule{230, "230 confirm-silence", kServing,
         [](const Situation& s) { return silence_to_confirm(s).has_value(); },
         [](const Situation& s) { return confirm_silence(s, *silence_to_confirm(s)); },
         "a replica that was told no longer to acknowledge surely does not", "note it"},
    Rule{300, "300 operator-failover", kServing,
         [](const Situation& s) { return asked_for(s, OperationKind::kFailover); }, answer_failover,
         "an operator asks for a failover",
         "promote the candidate, unless the primary still answers; one that is not in sync only "
         "when the loss is accepted"},
    Rule{310, "310 operator-switchover", kServing,
         [](const Situation& s) { return asked_for(s, OperationKind::kSwitchover); },
         answer_switchover, "an operator asks for a switchover",
         "fence the primary, hold new writers"},
    Rule{320, "320 operator-too-early",
         mask_of(Phase::kBootstrap) | mask_of(Phase::kDraining) | mask_of(Phase::kGathering) |
             mask_of(Phase::kPromoting),
         [](const Situation& s) { return s.in.request != nullptr; }, answer_too_early,
         "an operator asks while another operation runs", "refuse"},
    Rule{400, "400 enrol", kServing, [](const Situation& s) { return unknown_host(s).has_value(); },
         [](const Situation& s) { return enrol_host(s, *unknown_host(s)); },
         "a configured database host has no role yet", "it follows the primary"},
    Rule{410, "410 begin-admission", mask_of(Phase::kAlone),
         [](const Situation& s) {
             return s.reached(s.in.record.primary) &&
                    close_replicas(s).size() >= wanted_acknowledgements(s);
         },
         [](const Situation& s) { return begin_admission(s, close_replicas(s)); },
         "enough replicas follow closely and have no errant transactions",
         "they begin to acknowledge"},
    Rule{420, "420 make-primary-wait", mask_of(Phase::kAdmitting),
         [](const Situation& s) {
             return s.in.record.roles.at(s.in.record.primary).role == Role::kPrimaryAlone &&
                    acknowledge_closely(s);
         },
         make_primary_wait, "enough replicas acknowledge and are very close",
         "the primary begins to wait for acknowledgements"},
    Rule{430, "430 admit", mask_of(Phase::kAdmitting), hold_all_that_is_acknowledged,
         [](const Situation& s) { return admit(s, acknowledging_replicas(s)); },
         "the primary waits, the replicas are attached and have received all that it executed",
         "the replicas enter in_sync"},
    Rule{440, "440 add-member", mask_of(Phase::kProtected),
         [](const Situation& s) { return member_to_add(s).has_value(); },
         [](const Situation& s) { return add_member(s, *member_to_add(s)); },
         "another replica follows closely and has no errant transactions",
         "it enters in_sync, then begins to acknowledge"},
    Rule{500, "500 web-route",
         kServing | mask_of(Phase::kPromoting) | mask_of(Phase::kDraining) |
             mask_of(Phase::kGathering),
         [](const Situation& s) {
             return !s.web_is_as_routed() && s.web_in_rotation() != s.in.record.route.web;
         },
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

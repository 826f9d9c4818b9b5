#include "core/rules.h"

#include <array>
#include <string>

#include "core/ack_stalls.h"
#include "core/conditions.h"
#include "core/lease.h"
#include "core/membership.h"
#include "core/operator_requests.h"
#include "core/rebuilding.h"
#include "core/rejoining.h"
#include "core/transitions.h"

namespace understudy::core {

namespace {

constexpr PhaseMask kStays = 0;
constexpr PhaseMask kServing =
    mask_of(Phase::kAlone) | mask_of(Phase::kAdmitting) | mask_of(Phase::kProtected);
constexpr PhaseMask kRecoverable = mask_of(Phase::kProtected) | mask_of(Phase::kDraining);

constexpr std::array kRules{
    Rule{100, "100 bootstrap", mask_of(Phase::kBootstrap), mask_of(Phase::kPromoting),
         Fence::kNobodyWrites, all_databases_answer, bootstrap,
         "no primary yet and every database host answers",
         "promote the host that has all transactions of the others"},
    Rule{105, "105 give-back", mask_of(Phase::kPromoting),
         mask_of(Phase::kPromoting) | mask_of(Phase::kGathering), Fence::kOldPrimaryClosed,
         forfeited,
         [](const Situation& s) { return replaces_leased(s) ? gather_again(s) : give_back(s); },
         "before it opened, the new primary's mysqld was started again or reset and may lack "
         "writes, or what "
         "it received is gone",
         "give the role back to the former primary, which holds everything; or gather again, where "
         "commits do not wait"},
    Rule{110, "110 finish-promotion", mask_of(Phase::kPromoting), mask_of(Phase::kAlone),
         Fence::kNotNeeded, [](const Situation& s) { return s.reached(s.in.record.primary); },
         finish_promotion, "the new primary reports that it is open",
         "route writers to it; the others become its replicas"},
    Rule{112, "112 promote-most-advanced", mask_of(Phase::kGathering), mask_of(Phase::kPromoting),
         Fence::kReceiversStopped,
         [](const Situation& s) { return !leased(s) && most_advanced_gathered(s).has_value(); },
         [](const Situation& s) { return promote_gathered(s, *most_advanced_gathered(s)); },
         "enough members receive no more, and one that may be promoted holds all they hold",
         "promote it"},
    Rule{113, "113 promote-after-lease", mask_of(Phase::kGathering), mask_of(Phase::kPromoting),
         Fence::kLeaseRevoked,
         [](const Situation& s) { return leased(s) && successor_of_leased(s).has_value(); },
         [](const Situation& s) { return promote_successor(s, *successor_of_leased(s)); },
         "the leased primary is closed, or so many witnesses refuse its lease that it will be",
         "promote the most advanced, which opens when the lease has surely ended"},
    Rule{114, "114 gathering-accept-loss", mask_of(Phase::kGathering), mask_of(Phase::kPromoting),
         Fence::kOperatorsWord,
         [](const Situation& s) {
             return asked_for(s, OperationKind::kFailover) && s.in.request->accept_loss;
         },
         promote_with_loss, "an operator accepts the loss while too few members can be asked",
         "promote the best host that can be promoted"},
    Rule{116, "116 abort-gathering", mask_of(Phase::kGathering),
         mask_of(Phase::kProtected) | mask_of(Phase::kAdmitting), Fence::kNotNeeded,
         [](const Situation& s) {
             const auto* facts = s.fresh_database(s.in.record.primary);
             return overdue(s) && facts != nullptr && facts->answering;
         },
         [](const Situation& s) { return leased(s) ? return_to_leased(s) : abort_gathering(s); },
         "the primary is heard again, and the members could not be gathered in time",
         "give the role back to it"},
    Rule{120, "120 flap-guard", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) {
             return primary_dead(s) && s.flapping() && !s.in.record.pause.paused &&
                    s.in.policy.automatic_failover;
         },
         pause_for_flapping, "the primary is dead, and failovers_per_window are used up",
         "pause automatic failover and tell the operator"},
    Rule{130, "130 fail-over-gone", kRecoverable,
         mask_of(Phase::kPromoting) | mask_of(Phase::kGathering), Fence::kReceiversStopped,
         [](const Situation& s) { return s.primary_gone() && may_fail_over(s); },
         [](const Situation& s) { return replace_primary(s, HostName{}, cause_of_loss(s)); },
         "the primary's mysqld ended and an in-sync replica answers", "promote the best candidate"},
    Rule{
        140, "140 fail-over-silent", kRecoverable,
        mask_of(Phase::kPromoting) | mask_of(Phase::kGathering), Fence::kReceiversStopped,
        [](const Situation& s) { return s.primary_lost() && may_fail_over(s); },
        [](const Situation& s) { return replace_primary(s, HostName{}, cause_of_loss(s)); },
        "the primary's host is silent for host_timeout, its replicas lost it, and no load balancer "
        "that can be heard reaches it",
        "promote the best candidate"},
    Rule{150, "150 abort-switchover", mask_of(Phase::kDraining), mask_of(Phase::kProtected),
         Fence::kNotNeeded,
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
        160, "160 promote-drained", mask_of(Phase::kDraining), mask_of(Phase::kPromoting),
        Fence::kOldPrimaryClosed, drained, promote_drained,
        "the old primary reports that it is fenced, and the candidate has received all that it has",
        "promote the candidate, which must hold all that the old primary executed"},
    Rule{200, "200 degrade", mask_of(Phase::kProtected) | mask_of(Phase::kAdmitting),
         mask_of(Phase::kAlone), Fence::kNotNeeded, too_few_acknowledge, degrade_for_want,
         "so many acknowledging replicas' mysqld ended (or were reset) that too few are left, an "
         "admission has fewer than the policy asks for, or commits wait longer than "
         "ack_stall_timeout",
         "clear in_sync, then let the primary go on alone"},
    Rule{210, "210 drop-member", mask_of(Phase::kProtected) | mask_of(Phase::kAdmitting), kStays,
         Fence::kNotNeeded, [](const Situation& s) { return member_to_drop(s).has_value(); },
         [](const Situation& s) { return drop_member(s, *member_to_drop(s)); },
         "an acknowledging replica's mysqld ended, or it was reset, and enough others acknowledge",
         "it is told not to; it stays a member until that is sure"},
    Rule{220, "220 forget-member", mask_of(Phase::kProtected), kStays, Fence::kNotNeeded,
         [](const Situation& s) { return member_to_forget(s).has_value(); },
         [](const Situation& s) { return forget_member(s, *member_to_forget(s)); },
         "a member surely acknowledges no more, and enough others hold all that it may have held",
         "it leaves in_sync"},
    Rule{230, "230 confirm-silence", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) { return silence_to_confirm(s).has_value(); },
         [](const Situation& s) { return confirm_silence(s, *silence_to_confirm(s)); },
         "a replica that was told no longer to acknowledge surely does not", "note it"},
    Rule{250, "250 change-durability", mask_of(Phase::kAdmitting) | mask_of(Phase::kProtected),
         mask_of(Phase::kAlone), Fence::kNotNeeded, durability_changed, change_durability,
         "the policy is asynchronous and the primary waits, or it is lossless and the primary "
         "writes under a lease",
         "go on alone first"},
    Rule{260, "260 release-lease", mask_of(Phase::kAdmitting) | mask_of(Phase::kProtected),
         mask_of(Phase::kAlone), Fence::kNotNeeded, lease_is_short,
         [](const Situation& s) { return release_lease(s, "too few witnesses grant the lease"); },
         "the leased primary is heard, but too few witnesses have granted its lease for "
         "ack_stall_timeout",
         "let it write without one; no automatic failover until it has one again"},
    Rule{300, "300 operator-failover", kServing,
         mask_of(Phase::kPromoting) | mask_of(Phase::kGathering), Fence::kReceiversStopped,
         [](const Situation& s) { return asked_for(s, OperationKind::kFailover); }, answer_failover,
         "an operator asks for a failover",
         "promote the candidate, unless the primary still answers; one that is not in sync only "
         "when the loss is accepted"},
    Rule{310, "310 operator-switchover", kServing, mask_of(Phase::kDraining), Fence::kNotNeeded,
         [](const Situation& s) { return asked_for(s, OperationKind::kSwitchover); },
         answer_switchover, "an operator asks for a switchover",
         "fence the primary, hold new writers"},
    Rule{320, "320 operator-too-early",
         mask_of(Phase::kBootstrap) | mask_of(Phase::kDraining) | mask_of(Phase::kGathering) |
             mask_of(Phase::kPromoting),
         kStays, Fence::kNotNeeded, [](const Situation& s) { return s.in.request != nullptr; },
         answer_too_early, "an operator asks while another operation runs", "refuse"},
    Rule{400, "400 enrol", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) { return unknown_host(s).has_value(); },
         [](const Situation& s) { return enrol_host(s, *unknown_host(s)); },
         "a configured database host answers, and has no role yet",
         "it follows the primary; an empty one gets its data by a clone first"},
    Rule{405, "405 rejoin-by-policy", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) {
             return s.in.policy.automatic_rejoin && !s.in.record.not_rejoined.empty();
         },
         rejoin_all,
         "a primary that was replaced waits for an operator's word, which the policy no longer "
         "asks for",
         "it follows the primary"},
    Rule{
        410, "410 begin-admission", mask_of(Phase::kAlone), mask_of(Phase::kAdmitting),
        Fence::kNotNeeded,
        [](const Situation& s) {
            return !s.in.policy.async && s.reached(s.in.record.primary) &&
                   close_replicas(s).size() >= wanted_acknowledgements(s);
        },
        [](const Situation& s) { return begin_admission(s, close_replicas(s)); },
        "enough replicas follow closely, have no errant transactions, and have not just let writes "
        "wait too long",
        "they begin to acknowledge"},
    Rule{420, "420 make-primary-wait", mask_of(Phase::kAdmitting), kStays, Fence::kNotNeeded,
         [](const Situation& s) {
             return !leased(s) &&
                    s.in.record.roles.at(s.in.record.primary).role == Role::kPrimaryAlone &&
                    acknowledge_closely(s);
         },
         make_primary_wait, "enough replicas acknowledge and are very close",
         "the primary begins to wait for acknowledgements"},
    Rule{430, "430 admit", mask_of(Phase::kAdmitting), mask_of(Phase::kProtected),
         Fence::kNotNeeded, hold_all_that_is_acknowledged,
         [](const Situation& s) { return admit(s, acknowledging_replicas(s)); },
         "the primary waits, the replicas are attached and have received all that it executed",
         "the replicas enter in_sync"},
    Rule{440, "440 add-member", mask_of(Phase::kProtected), kStays, Fence::kNotNeeded,
         [](const Situation& s) { return !leased(s) && member_to_add(s).has_value(); },
         [](const Situation& s) { return add_member(s, *member_to_add(s)); },
         "another replica follows closely and has no errant transactions",
         "it enters in_sync, then begins to acknowledge"},
    Rule{445, "445 change-acknowledgements", mask_of(Phase::kProtected),
         kStays | mask_of(Phase::kAdmitting), Fence::kNotNeeded, acknowledgements_changed,
         change_acknowledgements,
         "the policy asks for another number of acknowledgements than commits wait for, and enough "
         "replicas give them",
         "commits wait for as many; for more, the replicas are admitted anew"},
    Rule{450, "450 ask-for-lease", mask_of(Phase::kAlone), mask_of(Phase::kAdmitting),
         Fence::kNotNeeded, worth_a_lease, begin_lease,
         "the policy is asynchronous, and a replica follows",
         "the primary asks its witnesses for a lease"},
    Rule{460, "460 bind-to-lease", mask_of(Phase::kAdmitting), kStays, Fence::kNotNeeded,
         lease_is_granted, bind_to_lease, "enough witnesses grant the lease",
         "the primary writes only while they do"},
    Rule{470, "470 lease-holds", mask_of(Phase::kAdmitting), mask_of(Phase::kProtected),
         Fence::kNotNeeded,
         [](const Situation& s) {
             return leased(s) &&
                    s.in.record.roles.at(s.in.record.primary).role == Role::kPrimaryLeased &&
                    s.reached(s.in.record.primary);
         },
         lease_holds, "the primary writes under its lease",
         "an automatic failover is possible from now on"},
    Rule{500, "500 web-route",
         kServing | mask_of(Phase::kPromoting) | mask_of(Phase::kDraining) |
             mask_of(Phase::kGathering),
         kStays, Fence::kNotNeeded, [](const Situation& s) { return !s.web_is_as_routed(); },
         change_web_route, "a web server became healthy or sick, or is to be drained or no longer",
         "change the rotation, never emptying it"},
    Rule{510, "510 readers", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) { return s.readers() != s.in.record.route.readers; },
         change_readers, "a replica came near enough, or fell too far behind, to read from",
         "change the readers; the primary reads when no replica can"},
    Rule{600, "600 set-aside", kServing, mask_of(Phase::kAlone), Fence::kNotNeeded,
         [](const Situation& s) { return host_to_set_aside(s).has_value(); },
         [](const Situation& s) { return set_aside(s, *host_to_set_aside(s)); },
         "a replica that acknowledges is to be rebuilt, by an operator's word or the policy",
         "it acknowledges no more; without enough others the primary goes on alone"},
    Rule{610, "610 rebuild", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) { return host_to_rebuild(s).has_value(); },
         [](const Situation& s) { return begin_rebuild(s, *host_to_rebuild(s)); },
         "a replica that is not in sync is to be rebuilt, and another host can give it its data",
         "its data are replaced by a clone of a replica's, or of the primary's"},
    Rule{620, "620 rebuild-from-another", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) { return host_without_donor(s).has_value(); },
         [](const Situation& s) { return change_donor(s, *host_without_donor(s)); },
         "the donor of a host that is rebuilt is gone or no longer follows, and no clone runs",
         "it begins again from another host"},
    Rule{630, "630 rebuilt", kServing, kStays, Fence::kNotNeeded,
         [](const Situation& s) { return host_rebuilt(s).has_value(); },
         [](const Situation& s) { return end_rebuild(s, *host_rebuilt(s)); },
         "a host reports that its clone is complete", "it follows the primary"},
};

constexpr bool ids_rise() {
    for (std::size_t i = 1; i < kRules.size(); ++i) {
        if (kRules[i - 1].number >= kRules[i].number) return false;
    }
    return true;
}
static_assert(ids_rise());

// Every phase can be left, and every one but the first is entered.
constexpr bool every_phase_has_an_exit() {
    PhaseMask left = 0;
    for (const auto& rule : kRules) {
        for (const Phase phase : kEveryPhase) {
            const bool leaves = (rule.leads_to & ~mask_of(phase)) != 0;
            if ((rule.phases & mask_of(phase)) != 0 && leaves) left |= mask_of(phase);
        }
    }
    return left == kAnyPhase;
}
constexpr bool every_phase_is_entered() {
    PhaseMask entered = mask_of(Phase::kBootstrap);
    for (const auto& rule : kRules) entered |= rule.leads_to;
    return entered == kAnyPhase;
}
static_assert(every_phase_has_an_exit());
static_assert(every_phase_is_entered());

// Nothing promotes without saying what keeps the former primary from acknowledging.
constexpr bool promotes_only_behind_a_fence() {
    for (const auto& rule : kRules) {
        const bool promotes = (rule.leads_to & mask_of(Phase::kPromoting)) != 0;
        if (promotes != (rule.fence != Fence::kNotNeeded)) return false;
    }
    return true;
}
static_assert(promotes_only_behind_a_fence());

}  // namespace

std::span<const Rule> rules() { return kRules; }

}  // namespace understudy::core

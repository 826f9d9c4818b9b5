// Mistakes of the rules that say who is in sync.
#include "tests/simulation/run/decision_seams.h"

namespace understudy::simulation {

namespace {

using core::ClusterView;
using core::Decision;
using core::Inputs;
using core::Phase;
using core::Record;
using core::Role;

void keep_members(Record& next, const Inputs& inputs) {
    next.in_sync = inputs.record.in_sync;
    next.admitted_incarnation = inputs.record.admitted_incarnation;
}

void leave_primary_untold(Record& next, const Inputs& inputs) {
    next.roles[next.primary] = inputs.record.roles.at(next.primary);
}

void believe_admission(Record& record, ClusterView& view, const Inputs&) {
    if (record.phase != Phase::kAdmitting) return;
    const auto primary = view.find(record.primary);
    if (primary == view.end() || !primary->second.report.database) return;
    const auto executed = primary->second.report.database->executed;
    for (auto& [name, seen] : view) {
        if (name != record.primary && seen.report.database) {
            seen.report.database->replication.retrieved = executed;
        }
    }
}

void admit_at_once(Decision& decision, const Inputs& inputs) {
    if (!decision.next || !decision.rule.starts_with("410")) return;
    auto& next = *decision.next;
    for (const auto& [name, role] : next.roles) {
        if (role.role != Role::kReplicaInSync) continue;
        next.in_sync.insert(name);
        next.admitted_incarnation[name] = inputs.view.at(name).report.database->incarnation;
    }
    next.phase = Phase::kProtected;
    next.roles[next.primary] = {Role::kPrimaryLossless, {}, next.revision};
}

void degrade_but_stay_in_sync(Decision& decision, const Inputs& inputs) {
    if (!decision.next || !decision.rule.starts_with("200")) return;
    keep_members(*decision.next, inputs);
    decision.next->phase = Phase::kProtected;
}

void add_without_counting(Decision& decision, const Inputs& inputs) {
    if (!decision.next || !decision.rule.starts_with("440")) return;
    keep_members(*decision.next, inputs);
}

// What the former number acknowledged counts as held by as many as are asked for now.
void count_more_at_once(Decision& decision, const Inputs& inputs) {
    if (!decision.next || !decision.rule.starts_with("445")) return;
    keep_members(*decision.next, inputs);
    decision.next->phase = Phase::kProtected;
}

// The primary goes on waiting for as many as before.
void change_untold(Decision& decision, const Inputs& inputs) {
    if (!decision.next || !decision.rule.starts_with("445")) return;
    leave_primary_untold(*decision.next, inputs);
}

void forget_at_once(Decision& decision, const Inputs& inputs) {
    if (!decision.next || !decision.rule.starts_with("210")) return;
    for (const auto& [name, role] : decision.next->roles) {
        const auto before = inputs.record.roles.find(name);
        if (before == inputs.record.roles.end() || before->second == role) continue;
        decision.next->in_sync.erase(name);
        decision.next->admitted_incarnation.erase(name);
    }
}

// The others are measured by a report of the primary from before.
void set_aside_by_an_old_report(Decision& decision, const Inputs& inputs) {
    if (!decision.next || !decision.rule.starts_with("600")) return;
    leave_primary_untold(*decision.next, inputs);
}

void count_the_gone_as_told(Record& record, ClusterView& view, const Inputs& inputs) {
    for (auto& [host, seen] : view) {
        const auto told = core::assignment_for(host, record, inputs.topology);
        const bool gone =
            seen.report.database && seen.report.database->process == core::ProcessState::kGone;
        if (!gone || !told) continue;
        seen.report.database_epoch = told->token.epoch;
        seen.report.database_revision = told->token.revision;
    }
}

}  // namespace

std::vector<Mutant> membership_mutants() {
    return {
        changing("degrades-but-in-sync", "in_sync is not cleared before the primary goes on alone",
                 degrade_but_stay_in_sync),
        changing("admits-at-once", "a replica counts as in sync before the primary waits for it",
                 admit_at_once),
        misreading("admits-before-it-holds", "a replica is admitted before it has received all",
                   believe_admission),
        among_several(changing("sets-aside-blindly",
                               "a member leaves before the others are measured anew",
                               set_aside_by_an_old_report)),
        among_several(changing("forgets-at-once",
                               "a member that is dropped leaves in_sync in the same moment",
                               forget_at_once)),
        in_the_fault(
            "lose a member untold",
            among_several(misreading("forgets-the-untold",
                                     "a member leaves before its agent knows that it is none",
                                     count_the_gone_as_told))),
        among_several(changing("adds-without-counting",
                               "a replica acknowledges before it is a member",
                               add_without_counting)),
        in_the_fault("purge logs beside an absent replica",
                     among_several(without("never-forgets",
                                           "a member that was dropped stays in in_sync", "220"))),
        in_the_fault(
            "change durability",
            among_several(changing("counts-more-at-once",
                                   "more are counted on before they hold what fewer acknowledged",
                                   count_more_at_once))),
        in_the_fault("change durability",
                     among_several(changing("changes-untold",
                                            "the primary is not told that it is to wait for more",
                                            change_untold))),
    };
}

}  // namespace understudy::simulation

// Mistakes of the agent's rules: a fact is misread, or a step replaced.
#include <utility>

#include "tests/simulation/run/mutants.h"

namespace understudy::simulation {

namespace {

using core::DatabaseFacts;
using core::ReconcileInputs;
using core::Role;
using core::Step;
using core::StepKind;

using Misread = void (*)(DatabaseFacts& facts, Role role);
using Replace = void (*)(Step& step, const ReconcileInputs& inputs);

Mutant misreading(std::string_view name, std::string_view what, Misread misread) {
    return {name, what, [misread](Seams& seams) {
                seams.next_step = [misread](const ReconcileInputs& inputs) {
                    DatabaseFacts facts = inputs.facts;
                    misread(facts, inputs.assignment.role);
                    return core::next_step({inputs.assignment, facts, inputs.memory,
                                            inputs.fence_budget, inputs.now, inputs.lease,
                                            inputs.last_start});
                };
            }};
}

Mutant replacing(std::string_view name, std::string_view what, Replace replace) {
    return {name, what, [replace](Seams& seams) {
                seams.next_step = [replace](const ReconcileInputs& inputs) {
                    Step step = core::next_step(inputs);
                    replace(step, inputs);
                    return step;
                };
            }};
}

}  // namespace

std::vector<Mutant> reconcile_mutants() {
    return {
        misreading("promotes-before-draining", "opens before all that was received is applied",
                   [](DatabaseFacts& facts, Role role) {
                       if (core::is_primary(role)) facts.replication.retrieved = {};
                   }),
        misreading("promotes-while-receiving", "opens while it still receives",
                   [](DatabaseFacts& facts, Role role) {
                       if (core::is_primary(role)) {
                           facts.replication.receiver = core::ReceiverState::kStopped;
                           facts.replication.configured = false;
                       }
                   }),
        misreading("stays-open", "a superseded primary is not closed",
                   [](DatabaseFacts& facts, Role role) {
                       if (!core::is_primary(role)) facts.super_read_only = true;
                   }),
        misreading("alone-waits", "a primary without replicas goes on waiting",
                   [](DatabaseFacts& facts, Role role) {
                       if (role == Role::kPrimaryAlone) facts.semi_sync.source_enabled = false;
                   }),
        misreading("lossless-does-not-wait", "a lossless primary does not wait",
                   [](DatabaseFacts& facts, Role role) {
                       if (role == Role::kPrimaryLossless) facts.semi_sync.source_enabled = true;
                   }),
        misreading("replica-waits", "a replica's applier waits for acknowledgements",
                   [](DatabaseFacts& facts, Role role) {
                       if (core::is_replica(role)) {
                           facts.semi_sync.source_enabled = false;
                           facts.semi_sync.waiting_sessions = 0;
                       }
                   }),
        among_several(replacing("waits-for-one", "a commit waits for one where it should for more",
                                [](Step& step, const ReconcileInputs& inputs) {
                                    if (step.kind == StepKind::kWaitForAcksOn)
                                        step.acknowledgements = 1;
                                    if (inputs.facts.semi_sync.source_enabled &&
                                        step.rule.starts_with("265")) {
                                        step = {};
                                    }
                                })),
        replacing("lets-waiting-go", "waiting is switched off before the waiting sessions end",
                  [](Step& step, const ReconcileInputs&) {
                      if (step.rule.starts_with("090")) step.kind = StepKind::kWaitForAcksOff;
                  }),
        replacing("lets-waiting-go-first", "waiting is switched off before anything else",
                  [](Step& step, const ReconcileInputs& inputs) {
                      if (core::is_primary(inputs.assignment.role)) return;
                      if (!inputs.facts.semi_sync.source_enabled) return;
                      step.kind = StepKind::kWaitForAcksOff;
                  }),
        in_the_fault(
            "rebuild a sound host",
            misreading("half-cloned-follows", "a host whose clone was cut short is taken for whole",
                       [](DatabaseFacts& facts, Role role) {
                           if (role != Role::kRebuilding) facts.clone = {};
                       })),
        replacing("clones-without-keeping", "what a rebuilt host alone has is not kept",
                  [](Step& step, const ReconcileInputs& inputs) {
                      if (!step.rule.starts_with("550")) return;
                      step.kind = StepKind::kClone;
                      step.source = inputs.assignment.source;
                  }),
        replacing("rebuilt-too-early",
                  "a rebuilt host counts as whole before its clone is complete",
                  [](Step& step, const ReconcileInputs&) {
                      if (step.kind == StepKind::kClone) step = {};
                  }),
        replacing("never-acknowledges", "a member does not acknowledge",
                  [](Step& step, const ReconcileInputs&) {
                      if (step.kind == StepKind::kAcknowledgeOn) step = {};
                  }),
        under_lease(replacing("writes-beyond-its-lease", "a primary whose lease ends writes on",
                              [](Step& step, const ReconcileInputs&) {
                                  if (step.rule < "090") step = {};
                              })),
        under_lease(replacing("opens-before-the-lease-ends",
                              "a new primary does not wait for the former one's lease to end",
                              [](Step& step, const ReconcileInputs&) {
                                  if (step.rule.starts_with("268")) {
                                      step.kind = StepKind::kOpenWrites;
                                  }
                              })),
        in_the_fault(
            "switchover behind a transaction",
            misreading("keeps-closing", "a fence that was given up goes on refusing writes",
                       [](DatabaseFacts& facts, Role) { facts.closing = false; })),
        replacing("never-follows", "a replica keeps its former source",
                  [](Step& step, const ReconcileInputs&) {
                      if (step.kind == StepKind::kFollow) step = {};
                  }),
    };
}

}  // namespace understudy::simulation

#include "core/decide.h"

#include "core/readiness.h"
#include "core/rules.h"
#include "core/situation.h"

namespace understudy::core {

Decision decide(const Inputs& inputs) {
    const Situation situation(inputs);
    for (const auto& rule : rules()) {
        if ((rule.phases & mask_of(inputs.record.phase)) == 0 || !rule.holds(situation)) continue;
        Decision decision = rule.then(situation);
        decision.rule = rule.name;
        return decision;
    }
    return {};
}

std::vector<RuleRow> rule_table() {
    std::vector<RuleRow> rows;
    for (const auto& rule : rules()) rows.push_back({rule.name, rule.when_text, rule.then_text});
    return rows;
}

Readiness if_primary_died_now(const Record& record, const ClusterView& view,
                              const Topology& topology, const Policy& policy, Now now) {
    const Situation situation({record, view, topology, policy, now, nullptr});
    Readiness readiness;
    readiness.candidate = situation.best_candidate();
    if (!readiness.candidate) {
        for (const auto& candidate : situation.candidates()) {
            readiness.blockers.push_back(candidate.name.value + ": " + candidate.hindrance);
        }
        if (situation.candidates().empty()) {
            readiness.blockers.emplace_back("there is no other database host");
        }
    }
    if (!policy.automatic_failover) {
        readiness.blockers.emplace_back("the policy is manual failover");
    }
    if (record.pause.paused) readiness.blockers.push_back("paused: " + record.pause.reason);
    if (situation.flapping()) {
        readiness.blockers.push_back("failovers_per_window (" +
                                     std::to_string(policy.failovers_per_window) + ") are used up");
    }
    if (record.phase == Phase::kPromoting || record.phase == Phase::kDraining ||
        record.phase == Phase::kBootstrap) {
        readiness.blockers.push_back("the cluster is " + std::string(to_string(record.phase)));
    }
    return readiness;
}

}  // namespace understudy::core

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

namespace {

// The promotion of a replica without a backlog, as tests/bench/run write-gap measures it at worst.
constexpr double kPromotionSeconds = 0.06;

double predicted_seconds(const Situation& situation, const HostName& candidate) {
    const auto& facts = *situation.fresh_database(candidate);
    const bool backlog = !facts.executed.contains(facts.replication.retrieved);
    return kPromotionSeconds + (backlog ? facts.replication.lag_seconds.value_or(0.0) : 0.0);
}

void add_blockers_of_the_cluster(Readiness& readiness, const Situation& situation) {
    const auto& record = situation.in.record;
    const auto& policy = situation.in.policy;
    if (!policy.automatic_failover) {
        readiness.blockers.emplace_back("the policy is manual failover");
    }
    if (record.pause.paused) readiness.blockers.push_back("paused: " + record.pause.reason);
    if (situation.flapping()) {
        readiness.blockers.push_back("failovers_per_window (" +
                                     std::to_string(policy.failovers_per_window) + ") are used up");
    }
    if (record.phase == Phase::kPromoting || record.phase == Phase::kDraining ||
        record.phase == Phase::kGathering || record.phase == Phase::kBootstrap) {
        readiness.blockers.push_back("the cluster is " + std::string(to_string(record.phase)));
    }
}

}  // namespace

Readiness if_primary_died_now(const Record& record, const ClusterView& view,
                              const Topology& topology, const Policy& policy, Now now,
                              const PositionTrail* trail) {
    const Situation situation({record, view, topology, policy, now, nullptr, {}, trail});
    Readiness readiness;
    readiness.candidates = situation.candidates();
    readiness.candidate = situation.best_candidate();
    if (readiness.candidate) {
        readiness.loss_transactions =
            policy.async ? readiness.candidates.front().lacks : std::uint64_t{0};
        readiness.seconds = predicted_seconds(situation, *readiness.candidate);
    } else {
        for (const auto& candidate : readiness.candidates) {
            if (candidate.hindrance.empty()) continue;
            readiness.blockers.push_back(candidate.name.value + ": " + candidate.hindrance);
        }
        if (const auto few = situation.too_few_members(); !few.empty()) {
            readiness.blockers.push_back(few);
        }
        if (readiness.candidates.empty()) {
            readiness.blockers.emplace_back("there is no other database host");
        }
        if (const auto lossy = situation.best_with_loss({})) {
            readiness.loss_transactions = lossy->lacks;
        }
    }
    add_blockers_of_the_cluster(readiness, situation);
    return readiness;
}

}  // namespace understudy::core

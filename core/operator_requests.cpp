#include "core/operator_requests.h"

#include <utility>

#include "core/lease.h"
#include "core/membership.h"
#include "core/transitions.h"

namespace understudy::core {

namespace {

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
    return s.in.request->to.empty() ? s.candidates().front().name : s.in.request->to;
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

std::string loss_text(const Candidate& candidate, const HostName& primary) {
    if (!candidate.lacks) {
        return "how much it lacks cannot be told, since " + primary.value + " was never heard";
    }
    return "it lacks " + std::to_string(*candidate.lacks) + " of the transactions that " +
           primary.value + " had executed when it was last heard";
}

std::string phase_text(const Situation& s) {
    return "the cluster is " + std::string(to_string(s.in.record.phase));
}

}  // namespace

Decision replace_primary(const Situation& s, const HostName& wanted, const std::string& cause) {
    if (s.in.record.lease > Millis{0}) return revoke_lease(s, cause, wanted);
    if (s.in.record.in_sync.size() > 1) return gather(s, cause, wanted);
    return fail_over(s, wanted.empty() ? s.candidates().front().name : wanted, cause);
}

Decision promote_with_loss(const Situation& s) {
    const auto lossy = s.best_with_loss(s.in.request->to);
    if (!lossy) return refuse("no host can be promoted, not even with a loss");
    auto decision = fail_over(s, lossy->name,
                              "asked for by " + s.in.request->by + ", who accepts the loss: " +
                                  loss_text(*lossy, s.in.record.primary));
    decision.next->loss_epoch = decision.next->epoch;
    return take_up(std::move(decision));
}

// A host that is not in sync is promoted by nothing but an operator's word.
Decision answer_failover(const Situation& s) {
    const auto* facts = s.fresh_database(s.in.record.primary);
    if (facts != nullptr && facts->answering) {
        return refuse(s.in.record.primary.value +
                      " answers; use a switchover, which loses nothing");
    }
    auto why = refusal_of_target(s);
    if (const auto few = s.too_few_members(); !why && !few.empty()) why = few;
    const std::string by = "asked for by " + s.in.request->by;
    if (!why) return take_up(replace_primary(s, s.in.request->to, by));
    const auto lossy = s.best_with_loss(s.in.request->to);
    if (!lossy || s.in.request->to == s.in.record.primary) return refuse(*why);
    if (s.in.request->accept_loss) return promote_with_loss(s);
    return refuse(*why + ". " + lossy->name.value + " could be promoted with a loss: " +
                  loss_text(*lossy, s.in.record.primary) + "; if " + s.in.record.primary.value +
                  " is surely off: understudy failover --accept-loss");
}

Decision answer_switchover(const Situation& s) {
    if (s.in.record.phase != Phase::kProtected) {
        return refuse(phase_text(s) + ", a switchover needs it protected");
    }
    if (const auto why = refusal_of_target(s)) return refuse(*why);
    const auto* facts = s.fresh_database(s.in.record.primary);
    if (facts == nullptr || !facts->answering) {
        return refuse(s.in.record.primary.value + " does not answer; use a failover");
    }
    return take_up(begin_switchover(s, requested_target(s)));
}

Decision answer_too_early(const Situation& s) {
    return refuse(phase_text(s) + "; try again when that has ended");
}

}  // namespace understudy::core

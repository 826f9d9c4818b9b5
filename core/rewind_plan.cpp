#include "core/rewind_plan.h"

#include <algorithm>
#include <utility>

namespace understudy::core {

namespace {

RewindPlan refused(std::string reason, GtidSet orphans = {}) {
    return {RewindVerdict::kRefused, 0, std::move(orphans), std::move(reason)};
}

GtidSet own_part(const GtidSet& set, const std::string& uuid) {
    return set.minus(set.without_server(uuid));
}

// What the host itself numbered before it was superseded, and its logs lack: they were cut short.
GtidSet lost(const LastLog& log, const Lineage& lineage) {
    GtidSet lost = own_part(lineage.promotion_point, lineage.server_uuid).minus(log.previous);
    for (const auto& [source, number] : log.newest) {
        GtidSet held;
        held.add(source, {1, number});
        lost = lost.minus(held);
    }
    return lost;
}

}  // namespace

bool is_orphan(const LoggedTransaction& transaction, const Lineage& lineage) {
    const auto own =
        transaction.source.substr(0, transaction.source.find(':')) == lineage.server_uuid;
    return own && !lineage.promotion_point.contains(transaction.source, transaction.number);
}

RewindPlan plan_rewind(const LastLog& log, const Lineage& lineage) {
    if (lineage.server_uuid.empty()) return refused("the server's UUID is unknown");
    if (lineage.promotion_point.empty()) return refused("the promotion point is unknown");
    const auto earlier = own_part(log.previous, lineage.server_uuid).minus(lineage.promotion_point);
    if (!earlier.empty()) return refused("an earlier binary log has orphans", earlier);
    if (const auto missing = lost(log, lineage); !missing.empty()) {
        return refused("the log was cut short: it lacks " + missing.to_string() +
                       ", which this host wrote and the present primary has");
    }
    const auto first =
        std::find_if(log.transactions.begin(), log.transactions.end(),
                     [&](const auto& transaction) { return is_orphan(transaction, lineage); });
    RewindPlan plan;
    for (auto at = first; at != log.transactions.end(); ++at) {
        if (is_orphan(*at, lineage)) plan.orphans.add(at->source, {at->number, at->number});
    }
    if (first == log.transactions.end()) return plan;
    const auto kept = std::find_if(first, log.transactions.end(), [&](const auto& transaction) {
        return !is_orphan(transaction, lineage);
    });
    if (kept != log.transactions.end()) {
        return refused("a transaction that must stay follows an orphan", plan.orphans);
    }
    if (!log.in_use)
        return refused("the log was closed cleanly, so its orphans are committed", plan.orphans);
    if (log.rotated) {
        return refused("the log was rotated, so its orphans are committed", plan.orphans);
    }
    if (!lineage.died_waiting) {
        return refused(
            "it did not wait for acknowledgements until it died, so orphans may be "
            "committed",
            plan.orphans);
    }
    plan.verdict = RewindVerdict::kCut;
    plan.offset = first->offset;
    return plan;
}

}  // namespace understudy::core

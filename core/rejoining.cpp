#include "core/rejoining.h"

#include <utility>

#include "core/transitions.h"

namespace understudy::core {

void keep_out_the_replaced(Record& record, const Situation& situation) {
    const auto& ended = record.last_operation;
    if (situation.in.policy.automatic_rejoin || !ended) return;
    if (ended->kind != OperationKind::kFailover || ended->from.empty()) return;
    const auto role = record.roles.find(ended->from);
    if (role != record.roles.end() && follows_orders(role->second.role)) {
        record.not_rejoined.insert(ended->from);
    }
}

void tell_to_follow(Record& record) {
    for (auto& [name, role] : record.roles) {
        const bool kept_out = record.not_rejoined.count(name) > 0;
        if (name != record.primary && follows_orders(role.role) && !kept_out) {
            record.tell(name, Role::kReplicaCatchingUp, record.primary);
        }
    }
}

Decision rejoin_all(const Situation& situation) {
    Record record = next_record(situation);
    const auto hosts = std::exchange(record.not_rejoined, {});
    for (const auto& host : hosts) record.tell(host, Role::kReplicaCatchingUp, record.primary);
    const std::string text = listed({hosts.begin(), hosts.end()});
    return write(std::move(record),
                 "the policy lets replaced primaries rejoin by themselves: " + text, true);
}

}  // namespace understudy::core

#include "core/cluster.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/quorum.h"

namespace understudy::core {

namespace {

constexpr std::array<std::pair<Phase, std::string_view>, 7> kPhases{{
    {Phase::kBootstrap, "bootstrap"},
    {Phase::kAlone, "alone"},
    {Phase::kAdmitting, "admitting"},
    {Phase::kProtected, "protected"},
    {Phase::kDraining, "draining"},
    {Phase::kGathering, "gathering"},
    {Phase::kPromoting, "promoting"},
}};

constexpr std::array<std::pair<OperationKind, std::string_view>, 3> kOperations{{
    {OperationKind::kBootstrap, "bootstrap"},
    {OperationKind::kFailover, "failover"},
    {OperationKind::kSwitchover, "switchover"},
}};

template <class Table, class Value>
std::string_view name_of(const Table& table, Value wanted) {
    for (const auto& [value, name] : table) {
        if (value == wanted) return name;
    }
    return "unknown";
}

template <class Value, std::size_t Size>
std::optional<Value> value_of(const std::array<std::pair<Value, std::string_view>, Size>& table,
                              std::string_view text) {
    for (const auto& [value, name] : table) {
        if (name == text) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Phase phase) { return name_of(kPhases, phase); }

std::optional<Phase> phase_from_string(std::string_view text) { return value_of(kPhases, text); }

std::string_view to_string(OperationKind kind) { return name_of(kOperations, kind); }

std::optional<OperationKind> operation_kind_from_string(std::string_view text) {
    return value_of(kOperations, text);
}

const DatabaseHost* Topology::database(const HostName& name) const {
    const auto found = std::find_if(databases.begin(), databases.end(),
                                    [&name](const auto& host) { return host.name == name; });
    return found == databases.end() ? nullptr : &*found;
}

std::vector<HostName> witnesses_of(const HostName& primary, const Topology& topology) {
    std::set<HostName> witnesses(topology.load_balancers.begin(), topology.load_balancers.end());
    for (const auto& host : topology.databases) witnesses.insert(host.name);
    witnesses.erase(primary);
    return {witnesses.begin(), witnesses.end()};
}

void Record::tell(const HostName& host, Role role, const HostName& source) {
    roles[host] = HostRole{role, source, revision, std::nullopt};
}

namespace {

LeaseTerms lease_terms(const HostName& primary, const Record& record, const Topology& topology) {
    LeaseTerms terms;
    terms.length = record.lease;
    for (const auto& host : witnesses_of(primary, topology)) {
        const auto agent = topology.agents.find(host);
        terms.witnesses.push_back(
            {host, agent == topology.agents.end() ? Address{} : agent->second});
    }
    terms.needed = static_cast<int>(grants_needed(terms.witnesses.size()));
    return terms;
}

}  // namespace

std::optional<Assignment> assignment_for(const HostName& host, const Record& record,
                                         const Topology& topology) {
    const auto role = record.roles.find(host);
    if (role == record.roles.end()) return std::nullopt;
    Assignment assignment;
    assignment.token = {record.epoch, role->second.since};
    assignment.role = role->second.role;
    if (const auto* source = topology.database(role->second.source);
        source != nullptr &&
        (is_replica(assignment.role) || assignment.role == Role::kRebuilding)) {
        assignment.source = source->address;
    }
    // A donor that is no longer configured: it is told once there is another.
    if (assignment.role == Role::kRebuilding && !assignment.source) return std::nullopt;
    if (is_primary(assignment.role) && record.operation) {
        assignment.must_hold = record.operation->must_hold;
        assignment.incarnation = record.operation->incarnation;
        assignment.retrieved = record.operation->retrieved;
    }
    if (is_primary(assignment.role)) {
        if (record.lease > Millis{0}) assignment.lease = lease_terms(host, record, topology);
        assignment.open_after = record.open_after;
    }
    assignment.promotion_point = record.promotion_point;
    assignment.rebuild = role->second.rebuild;
    assignment.loss_epoch = record.loss_epoch;
    assignment.acknowledgements = record.acknowledgements;
    return assignment;
}

HeldAssignment taken_up(const std::optional<HeldAssignment>& before, const Assignment& next) {
    HeldAssignment held{next, false};
    // A lossless primary waits; a detached host does what its operator likes.
    if (!before || next.role == Role::kPrimaryLossless || next.role == Role::kDetached) return held;
    const auto& former = before->assignment;
    held.waiting = (before->waiting || former.role == Role::kPrimaryLossless) &&
                   former.token.epoch >= next.loss_epoch;
    held.opened = before->opened && former.token == next.token;
    return held;
}

RejoinOrder rejoin_order(const HeldAssignment& held) {
    return {held.assignment.role, held.assignment.promotion_point, held.waiting,
            held.assignment.rebuild};
}

bool starts_with_orphans(const HeldAssignment& held) {
    const auto role = held.assignment.role;
    return role == Role::kPrimaryLossless || (held.waiting && !is_replica(role));
}

bool promotion_forfeited(const Assignment& assignment, const DatabaseFacts& facts, bool opened) {
    const bool closed = facts.answering && facts.super_read_only;
    if (opened || !closed || !assignment.incarnation) return false;
    return facts.incarnation != *assignment.incarnation ||
           !facts.replication.retrieved.contains(assignment.retrieved);
}

}  // namespace understudy::core

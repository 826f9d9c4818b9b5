#include "core/transitions.h"

#include <algorithm>
#include <utility>

#include "core/fitness.h"
#include "core/membership.h"
#include "core/quorum.h"
#include "core/rebuilding.h"
#include "core/rejoining.h"

namespace understudy::core {

std::string listed(const std::vector<HostName>& hosts) {
    std::string text;
    for (const auto& host : hosts) text += (text.empty() ? "" : ", ") + host.value;
    return text;
}

void enter(Record& record, Phase phase, const Situation& situation) {
    record.phase = phase;
    record.phase_since = situation.in.now.wall;
}

void route_writer(Record& record, std::optional<HostName> writer) {
    record.route.writer = std::move(writer);
    record.route.revision = record.revision;
    record.route.epoch = record.epoch;
}

Decision write(Record record, std::string reason, bool event) {
    Decision decision;
    decision.reason = std::move(reason);
    decision.next = std::move(record);
    decision.event = event;
    return decision;
}

namespace {

void mark_noticed(Operation& operation, const Situation& situation) {
    const auto* report = situation.fresh(operation.from);
    if (report != nullptr && report->database_gone_at) {
        operation.marks.push_back({"noticed", *report->database_gone_at});
    }
    operation.marks.push_back({"decided", situation.in.now.wall});
}

}  // namespace

void clear_members(Record& record) {
    record.in_sync.clear();
    record.admitted_incarnation.clear();
    record.admitted_retrieved.clear();
}

bool follows_orders(Role role) { return role != Role::kDetached && role != Role::kRebuilding; }

// The new primary opens alone: nobody acknowledges it yet, and whoever did acknowledges the old
// one.
void promote(Record& record, const Situation& situation, const HostName& to) {
    record.epoch.value += 1;
    record.primary = to;
    // Whoever is not heard may still acknowledge to a former primary, which `to` may be.
    record.unconfirmed.merge(record.in_sync);
    record.unconfirmed.erase(to);
    clear_members(record);
    record.rebuild_asked.erase(to);  // it holds what counts now
    record.not_rejoined.erase(to);
    record.open_after = surely_over(std::exchange(record.lease, Millis{0}));
    for (auto& [name, role] : record.roles) {
        if (name != to && follows_orders(role.role)) record.tell(name, Role::kFenced);
    }
    record.tell(to, Role::kPrimaryAlone);
    enter(record, Phase::kPromoting, situation);
    route_writer(record, std::nullopt);
    record.route.readers = {to};
}

void require(Operation& operation, const Situation& situation) {
    const auto admitted = situation.in.record.admitted_incarnation.find(operation.to);
    if (admitted == situation.in.record.admitted_incarnation.end()) return;
    operation.incarnation = admitted->second;
    const auto* facts = situation.fresh_database(operation.to);
    if (facts == nullptr) return;
    operation.retrieved = facts->replication.retrieved;
    operation.must_hold.add(facts->executed);
    operation.must_hold.add(facts->replication.retrieved);
}

void make_member(Record& record, const Situation& situation, const HostName& replica) {
    const auto& facts = *situation.fresh_database(replica);
    record.in_sync.insert(replica);
    record.unconfirmed.erase(replica);
    record.admitted_incarnation[replica] = facts.incarnation;
    record.admitted_retrieved[replica] = facts.replication.retrieved;
}

Record next_record(const Situation& situation) {
    Record record = situation.in.record;
    record.revision.value += 1;
    return record;
}

Decision bootstrap(const Situation& situation) {
    const auto& in = situation.in;
    HostName chosen;
    GtidSet most;
    for (const auto& host : in.topology.databases) {
        const auto& facts = *situation.fresh_database(host.name);
        const bool more = facts.executed.contains(most) && !(facts.executed == most);
        if (chosen.empty() || more) {
            chosen = host.name;
            most = facts.executed;
        }
    }
    for (const auto& host : in.topology.databases) {
        const auto& facts = *situation.fresh_database(host.name);
        auto why_not = chained_source(in.topology, host.name, facts);
        if (why_not.empty() && !most.contains(facts.executed)) {
            why_not = host.name.value + " has transactions that " + chosen.value + " lacks (" +
                      facts.executed.minus(most).to_string() + ")";
        }
        if (why_not.empty()) continue;
        Decision decision;
        decision.reason = "no primary can be chosen: " + why_not;
        return decision;
    }
    Record record = next_record(situation);
    for (const auto& host : in.topology.databases) record.tell(host.name, Role::kFenced);
    promote(record, situation, chosen);
    record.route.web = situation.web_in_rotation();
    record.operation = Operation{
        OperationKind::kBootstrap, {}, chosen, "no record of this cluster", in.now.wall, {}, {},
        {{"decided", in.now.wall}}};
    return write(std::move(record), chosen.value + " becomes the first primary", true);
}

void begin_failover(Record& record, const Situation& situation, const HostName& to,
                    const std::string& cause) {
    const auto& now = situation.in.now.wall;
    Operation operation{OperationKind::kFailover, record.primary, to, cause, now, {}, {}, {}};
    mark_noticed(operation, situation);
    record.operation = std::move(operation);
    record.recent_failovers.push_back(now);
    std::erase_if(record.recent_failovers,
                  [&](WallTime at) { return now - at >= situation.in.policy.failover_window; });
}

Decision fail_over(const Situation& situation, const HostName& to, const std::string& cause) {
    Record record = next_record(situation);
    begin_failover(record, situation, to, cause);
    require(*record.operation, situation);
    promote(record, situation, to);
    const bool in_sync = situation.in.record.in_sync.count(to) > 0;
    return write(std::move(record),
                 cause + "; " + to.value + (in_sync ? " is in sync and takes over" : " takes over"),
                 true);
}

// The former primary holds every acknowledged write: nobody acknowledged any to it since.
Decision give_back(const Situation& situation) {
    Record record = next_record(situation);
    const Operation& failed = *situation.in.record.operation;
    const std::string cause = failed.to.value + " lost, or may have lost, what it received";
    Operation operation{OperationKind::kFailover, failed.to, failed.from, cause,
                        situation.in.now.wall,    {},        {},          {}};
    operation.marks.push_back({"decided", situation.in.now.wall});
    promote(record, situation, failed.from);
    record.unconfirmed.insert(failed.to);  // it may never have heard that it was chosen
    record.operation = std::move(operation);
    return write(std::move(record),
                 cause + "; " + failed.from.value + " holds everything and takes the role back",
                 true);
}

Decision finish_promotion(const Situation& situation) {
    Record record = next_record(situation);
    const auto& applied = *situation.fresh(record.primary)->applied;
    // An agent that was restarted since it opened has forgotten the point; what the host executed
    // by now serves as well: it has only its own transactions more.
    record.promotion_point =
        applied.promotion_point.value_or(situation.fresh_database(record.primary)->executed);
    record.open_after = Millis{0};
    record.last_operation = std::exchange(record.operation, std::nullopt);
    if (record.last_operation) {
        auto& marks = record.last_operation->marks;
        marks.insert(marks.end(), applied.marks.begin(), applied.marks.end());
    }
    keep_out_the_replaced(record, situation);
    tell_to_follow(record);
    enter(record, Phase::kAlone, situation);
    route_writer(record, record.primary);
    const std::string reason = record.primary.value + " is open for writes";
    return write(std::move(record), reason, true);
}

void clear_in_sync(Record& record) {
    record.unconfirmed.insert(record.in_sync.begin(), record.in_sync.end());
    clear_members(record);
    for (auto& [name, role] : record.roles) {
        if (role.role != Role::kReplicaInSync) continue;
        record.unconfirmed.insert(name);
        record.tell(name, Role::kReplicaCatchingUp, record.primary);
    }
    record.tell(record.primary, Role::kPrimaryAlone);
}

Decision degrade(const Situation& situation, std::string reason) {
    Record record = next_record(situation);
    const bool was_protected = !record.in_sync.empty();
    clear_in_sync(record);
    enter(record, Phase::kAlone, situation);
    return write(std::move(record), std::move(reason), was_protected);
}

Decision begin_admission(const Situation& situation, const std::vector<HostName>& replicas) {
    Record record = next_record(situation);
    for (const auto& replica : replicas) record.tell(replica, Role::kReplicaInSync, record.primary);
    enter(record, Phase::kAdmitting, situation);
    return write(
        std::move(record),
        listed(replicas) +
            (replicas.size() == 1 ? " follows closely; it begins" : " follow closely; they begin") +
            " to acknowledge",
        false);
}

Decision make_primary_wait(const Situation& situation) {
    Record record = next_record(situation);
    record.acknowledgements = situation.in.policy.acknowledgements;
    record.tell(record.primary, Role::kPrimaryLossless);
    return write(std::move(record),
                 listed(acknowledging_replicas(situation)) + " acknowledge" +
                     (acknowledging_replicas(situation).size() == 1 ? "s; " : "; ") +
                     situation.in.record.primary.value + " begins to wait",
                 false);
}

Decision admit(const Situation& situation, const std::vector<HostName>& replicas) {
    Record record = next_record(situation);
    for (const auto& replica : replicas) make_member(record, situation, replica);
    // Whoever may acknowledge is a member, also one that cannot be asked.
    record.in_sync.insert(record.unconfirmed.begin(), record.unconfirmed.end());
    enter(record, Phase::kProtected, situation);
    return write(std::move(record),
                 listed(replicas) + (replicas.size() == 1 ? " holds" : " hold") +
                     " every acknowledged write",
                 true);
}

Decision begin_switchover(const Situation& situation, const HostName& to) {
    Record record = next_record(situation);
    record.operation = Operation{OperationKind::kSwitchover,
                                 record.primary,
                                 to,
                                 "asked for by " + situation.in.request->by,
                                 situation.in.now.wall,
                                 {},
                                 {},
                                 {{"decided", situation.in.now.wall}}};
    record.tell(record.primary, Role::kFenced);
    enter(record, Phase::kDraining, situation);
    route_writer(record, std::nullopt);
    return write(std::move(record),
                 situation.in.record.primary.value + " stops writing, " + to.value + " takes over",
                 false);
}

Decision promote_drained(const Situation& situation) {
    Record record = next_record(situation);
    auto& operation = *record.operation;
    const auto& drained = *situation.fresh(operation.from);
    operation.must_hold = drained.database->executed;
    require(operation, situation);
    const auto& marks = drained.applied->marks;
    const auto fenced = std::find_if(marks.begin(), marks.end(),
                                     [](const Mark& mark) { return mark.name == "fenced"; });
    if (fenced != marks.end()) operation.marks.push_back(*fenced);
    const HostName to = operation.to;
    record.lease = Millis{0};  // the old primary is closed, by its own word
    promote(record, situation, to);
    return write(std::move(record),
                 situation.in.record.primary.value + " is fenced; " + to.value +
                     " opens once it has applied everything",
                 false);
}

Decision abort_switchover(const Situation& situation, const std::string& reason) {
    Record record = next_record(situation);
    record.last_operation = std::exchange(record.operation, std::nullopt);
    record.last_operation->cause += "; aborted: " + reason;
    record.tell(record.primary,
                record.lease > Millis{0} ? Role::kPrimaryLeased : Role::kPrimaryLossless);
    enter(record, Phase::kProtected, situation);
    route_writer(record, record.primary);
    return write(std::move(record),
                 "switchover aborted, " + situation.in.record.primary.value + " stays: " + reason,
                 true);
}

Decision pause_for_flapping(const Situation& situation) {
    Record record = next_record(situation);
    record.pause = {true, std::to_string(situation.in.record.recent_failovers.size()) +
                              " failovers within " +
                              std::to_string(situation.in.policy.failover_window.count()) +
                              " s; look for the cause, then resume"};
    return write(record, "automatic failover is paused: " + record.pause.reason, true);
}

Decision enrol_host(const Situation& situation, const HostName& host) {
    Record record = next_record(situation);
    if (joins_by_clone(situation, host)) {
        tell_to_rebuild(record, situation, host);
        const std::string donor = record.roles[host].source.value;
        return write(std::move(record), host.value + " is new and gets its data from " + donor,
                     true);
    }
    record.tell(host, Role::kReplicaCatchingUp, record.primary);
    return write(std::move(record), host.value + " is new and follows the primary", false);
}

Decision change_readers(const Situation& situation) {
    Record record = next_record(situation);
    std::string reason = "readers:";
    record.route.readers = situation.readers();
    for (const auto& name : record.route.readers) reason += " " + name.value;
    record.route.revision = record.revision;
    return write(std::move(record), std::move(reason), false);
}

}  // namespace understudy::core

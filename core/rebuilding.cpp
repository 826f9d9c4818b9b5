#include "core/rebuilding.h"

#include <algorithm>
#include <utility>

#include "core/conditions.h"
#include "core/membership.h"
#include "core/transitions.h"

namespace understudy::core {

namespace {

// "Got fatal error from source when reading data from binary log": they no longer reach back.
constexpr int kSourceLacksLogs = 13114;

const DatabaseFacts* answering(const Situation& s, const HostName& host) {
    const auto* facts = s.fresh_database(host);
    return facts != nullptr && facts->answering ? facts : nullptr;
}

// All that came before the present primary's own writes. What a host wrote itself no source sends
// it back, whatever its UUID was then, so it is to come with the clone.
bool has_what_came_before(const Situation& s, const DatabaseFacts& donor) {
    const auto* primary = answering(s, s.in.record.primary);
    return primary != nullptr &&
           donor.executed.contains(primary->executed.without_server(primary->server_uuid));
}

bool can_give(const Situation& s, const HostName& donor) {
    const auto* facts = answering(s, donor);
    if (s.in.topology.database(donor) == nullptr) return false;
    if (facts == nullptr || facts->executed.empty()) return false;
    if (donor == s.in.record.primary) return true;
    return is_replica(s.role_of(donor)) && s.follows(donor) && !s.diverged(donor) &&
           has_what_came_before(s, *facts);
}

// A replica, which has the time for it; else the primary.
std::optional<HostName> donor_for(const Situation& s, const HostName& host) {
    for (const auto& each : s.in.topology.databases) {
        if (each.name == host || each.name == s.in.record.primary) continue;
        if (can_give(s, each.name)) return each.name;
    }
    if (can_give(s, s.in.record.primary)) return s.in.record.primary;
    return std::nullopt;
}

std::string why_rebuilt(const Situation& s, const HostName& host) {
    const auto asked = s.in.record.rebuild_asked.find(host);
    if (asked != s.in.record.rebuild_asked.end()) return "asked for by " + asked->second;
    return s.in.policy.automatic_rebuild ? needs_rebuild(s, host) : "";
}

// Its agent is heard, and somebody can give it its data.
std::optional<HostName> wanted_with(const Situation& s, Role role) {
    for (const auto& host : s.in.topology.databases) {
        if (s.role_of(host.name) != role || answering(s, host.name) == nullptr) continue;
        if (!why_rebuilt(s, host.name).empty() && donor_for(s, host.name)) return host.name;
    }
    return std::nullopt;
}

// What the others have: also what the primary will have numbered by the time that it is asked.
GtidSet elsewhere(const DatabaseFacts& primary) {
    GtidSet set = primary.executed;
    set.add(primary.server_uuid, {1, kGreatestGtidNumber});
    return set;
}

}  // namespace

std::string needs_rebuild(const Situation& situation, const HostName& host) {
    const auto* facts = answering(situation, host);
    if (facts == nullptr || !is_replica(situation.role_of(host))) return "";
    if (facts->clone.state == CloneState::kFailed) return "its last clone did not complete";
    // Until it is done a server reports what it had before.
    if (facts->clone.state == CloneState::kRunning) return "";
    const auto& primary = situation.in.record.primary.value;
    if (const auto extra = situation.errant(host); !extra.empty()) {
        return "it has " + std::to_string(extra.count()) + " transactions that " + primary +
               " lacks (" + extra.to_string() + ")";
    }
    if (const auto lost = situation.lost_for_good(host); !lost.empty()) {
        return "it lacks " + std::to_string(lost.count()) +
               " transactions that it once wrote itself (" + lost.to_string() +
               "), and no source sends a server its own back";
    }
    if (facts->replication.applier_error != 0) {
        return "its applier stopped with error " + std::to_string(facts->replication.applier_error);
    }
    if (facts->replication.receiver_error == kSourceLacksLogs) {
        return "the binary logs of " + primary + " no longer reach back to what it has";
    }
    return "";
}

std::optional<HostName> host_to_set_aside(const Situation& situation) {
    return wanted_with(situation, Role::kReplicaInSync);
}

std::optional<HostName> host_to_rebuild(const Situation& situation) {
    const auto host = wanted_with(situation, Role::kReplicaCatchingUp);
    if (!host || situation.in.record.in_sync.count(*host) > 0) return std::nullopt;
    return answering(situation, situation.in.record.primary) != nullptr ? host : std::nullopt;
}

std::optional<HostName> host_without_donor(const Situation& situation) {
    for (const auto& [name, role] : situation.in.record.roles) {
        if (role.role != Role::kRebuilding || can_give(situation, role.source)) continue;
        const auto* facts = answering(situation, name);
        if (facts == nullptr || facts->clone.state == CloneState::kRunning) continue;
        if (situation.reached(name)) continue;
        if (donor_for(situation, name)) return name;
    }
    return std::nullopt;
}

std::optional<HostName> host_rebuilt(const Situation& situation) {
    for (const auto& [name, role] : situation.in.record.roles) {
        if (role.role == Role::kRebuilding && situation.reached(name)) return name;
    }
    return std::nullopt;
}

Decision set_aside(const Situation& situation, const HostName& host) {
    const std::string why = host.value + " is to be rebuilt: " + why_rebuilt(situation, host);
    if (acknowledging_replicas(situation).size() <= needed_acknowledgements(situation)) {
        return degrade(situation, why);
    }
    Record record = next_record(situation);
    if (record.phase == Phase::kAdmitting) record.unconfirmed.insert(host);
    record.tell(host, Role::kReplicaCatchingUp, record.primary);
    // Its next report is of after the member's end: by that the others are measured.
    record.tell(record.primary, situation.role_of(record.primary));
    return write(std::move(record), why + "; the other replicas acknowledge on", true);
}

bool joins_by_clone(const Situation& situation, const HostName& host) {
    const auto* facts = answering(situation, host);
    return facts != nullptr && facts->executed.empty() && donor_for(situation, host) &&
           answering(situation, situation.in.record.primary) != nullptr;
}

void tell_to_rebuild(Record& record, const Situation& situation, const HostName& host) {
    record.tell(host, Role::kRebuilding, *donor_for(situation, host));
    record.roles[host].rebuild =
        Rebuild{record.revision, elsewhere(*situation.fresh_database(record.primary)),
                situation.fresh_database(host)->clone.begun};
}

Decision begin_rebuild(const Situation& situation, const HostName& host) {
    Record record = next_record(situation);
    tell_to_rebuild(record, situation, host);
    const std::string donor = record.roles[host].source.value;
    return write(
        std::move(record),
        host.value + " gets its data anew from " + donor + ": " + why_rebuilt(situation, host),
        true);
}

Decision change_donor(const Situation& situation, const HostName& host) {
    Record record = next_record(situation);
    const HostName former = record.roles[host].source;
    auto rebuild = record.roles[host].rebuild;
    record.tell(host, Role::kRebuilding, *donor_for(situation, host));
    record.roles[host].rebuild = std::move(rebuild);
    return write(std::move(record),
                 former.value + " can no longer give " + host.value + " its data; " +
                     donor_for(situation, host)->value + " does",
                 true);
}

Decision end_rebuild(const Situation& situation, const HostName& host) {
    Record record = next_record(situation);
    const HostName donor = record.roles[host].source;
    record.tell(host, Role::kReplicaCatchingUp, record.primary);
    record.rebuild_asked.erase(host);
    return write(std::move(record),
                 host.value + " has the data of " + donor.value + " and follows the primary", true);
}

}  // namespace understudy::core

#include "core/membership.h"

#include <algorithm>
#include <utility>

#include "core/ack_stalls.h"
#include "core/conditions.h"
#include "core/quorum.h"
#include "core/transitions.h"

namespace understudy::core {

namespace {

// It took up what it was told, which is not to acknowledge, and does not, whatever else hinders it.
bool stopped_acknowledging(const Situation& s, const HostName& host) {
    const auto& report = *s.fresh(host);
    const auto told = assignment_for(host, s.in.record, s.in.topology);
    return report.database->answering && report.applied && told &&
           report.applied->token == told->token && !report.database->semi_sync.replica_enabled &&
           !report.database->semi_sync.replica_active;
}

// Its mysqld is gone, and its agent knows what it is when it starts again.
bool gone_and_told(const Situation& s, const HostName& host) {
    const auto& report = *s.fresh(host);
    const auto told = assignment_for(host, s.in.record, s.in.topology);
    return report.database->process == ProcessState::kGone && told &&
           report.database_epoch == told->token.epoch &&
           report.database_revision == told->token.revision;
}

// It did what it was told, which is not to acknowledge, or will do nothing else.
bool surely_silent(const Situation& s, const HostName& host) {
    return s.fresh_database(host) != nullptr &&
           (gone_and_told(s, host) || s.reached(host) || stopped_acknowledging(s, host));
}

// Members that receive no more, in the run of mysqld in which they were admitted.
std::vector<HostName> gathered(const Situation& s) {
    std::vector<HostName> hosts;
    for (const auto& name : s.in.record.in_sync) {
        const auto* facts = s.fresh_database(name);
        if (facts == nullptr || !facts->answering || !s.reached(name)) continue;
        if (!s.in_the_run_of_its_admission(name)) continue;
        if (facts->replication.receiver == ReceiverState::kStopped) hosts.push_back(name);
    }
    return hosts;
}

bool may_lead(const Situation& s, const HostName& name) {
    const auto* host = s.in.topology.database(name);
    return host != nullptr && host->priority > 0 && s.in.record.maintenance.count(name) == 0 &&
           s.fresh_database(name)->replication.applier_error == 0;
}

// The candidates' order of rank, of those that were gathered and hold everything.
std::optional<HostName> best_of(const Situation& s, const std::vector<HostName>& hosts) {
    GtidSet everything;
    for (const auto& name : hosts)
        everything = everything.united_with(held_by(*s.fresh_database(name)));
    const auto holds_all = [&](const HostName& name) {
        return std::find(hosts.begin(), hosts.end(), name) != hosts.end() && may_lead(s, name) &&
               held_by(*s.fresh_database(name)).contains(everything);
    };
    const auto& wanted = s.in.record.operation->to;
    if (!wanted.empty() && holds_all(wanted)) return wanted;
    for (const auto& candidate : s.candidates()) {
        if (holds_all(candidate.name)) return candidate.name;
    }
    return std::nullopt;
}

}  // namespace

std::vector<HostName> acknowledging_replicas(const Situation& situation) {
    std::vector<HostName> replicas;
    for (const auto& [name, role] : situation.in.record.roles) {
        if (role.role == Role::kReplicaInSync) replicas.push_back(name);
    }
    return replicas;
}

std::vector<HostName> acknowledging_replicas_gone(const Situation& situation) {
    std::vector<HostName> gone;
    for (const auto& [name, role] : situation.in.record.roles) {
        if (role.role != Role::kReplicaInSync) continue;
        const auto* facts = situation.fresh_database(name);
        if (facts == nullptr) continue;
        if (facts->process == ProcessState::kGone || situation.may_have_dropped(name)) {
            gone.push_back(name);
        }
    }
    return gone;
}

std::string lost_member(const Situation& situation, const HostName& member) {
    const auto* facts = situation.fresh_database(member);
    const bool gone = facts == nullptr || facts->process == ProcessState::kGone;
    const bool ended = gone || situation.restarted_since_admission(member);
    return ended ? "mysqld on " + member.value + " ended"
                 : "what " + member.value + " had received was reset";
}

std::optional<HostName> member_to_drop(const Situation& situation) {
    const auto gone = acknowledging_replicas_gone(situation);
    if (gone.empty() || situation.primary_stalls_for_acks()) return std::nullopt;
    const auto left = acknowledging_replicas(situation).size() - gone.size();
    if (left < needed_acknowledgements(situation)) return std::nullopt;
    return gone.front();
}

Decision drop_member(const Situation& situation, const HostName& member) {
    Record record = next_record(situation);
    if (record.phase == Phase::kAdmitting) record.unconfirmed.insert(member);
    record.tell(member, Role::kReplicaCatchingUp, record.primary);
    // Its next report is of after the member's end: by that the others are measured.
    record.tell(record.primary, situation.role_of(record.primary));
    return write(std::move(record),
                 lost_member(situation, member) + "; the other replicas acknowledge on", true);
}

// A report of the primary from before would not show what the member alone acknowledged.
std::optional<HostName> member_to_forget(const Situation& situation) {
    const auto& members = situation.in.record.in_sync;
    const auto silent = std::find_if(members.begin(), members.end(), [&](const HostName& name) {
        return situation.role_of(name) != Role::kReplicaInSync && surely_silent(situation, name);
    });
    if (silent == members.end()) return std::nullopt;
    const auto* primary = situation.fresh_database(situation.in.record.primary);
    const auto acknowledging = acknowledging_replicas(situation).size();
    if (primary == nullptr || !situation.reached(situation.in.record.primary) ||
        static_cast<std::size_t>(primary->semi_sync.source_clients) > acknowledging) {
        return std::nullopt;
    }
    // What comes after this report only those acknowledge who still do. Of the others that were
    // dropped none is asked: two that were lost at once would keep each other.
    const auto holders = std::count_if(members.begin(), members.end(), [&](const HostName& name) {
        return situation.role_of(name) == Role::kReplicaInSync && situation.follows(name) &&
               situation.behind(name) == std::uint64_t{0} && !situation.may_have_dropped(name);
    });
    return holders >= situation.in.record.acknowledgements ? std::optional(*silent) : std::nullopt;
}

Decision forget_member(const Situation& situation, const HostName& member) {
    Record record = next_record(situation);
    record.unconfirmed.erase(member);
    record.in_sync.erase(member);
    record.admitted_incarnation.erase(member);
    record.admitted_retrieved.erase(member);
    return write(std::move(record),
                 member.value + " is no longer in sync; enough others hold every write", true);
}

std::optional<HostName> silence_to_confirm(const Situation& situation) {
    for (const auto& name : situation.in.record.unconfirmed) {
        if (situation.role_of(name) != Role::kReplicaInSync && surely_silent(situation, name)) {
            return name;
        }
    }
    return std::nullopt;
}

Decision confirm_silence(const Situation& situation, const HostName& host) {
    Record record = next_record(situation);
    record.unconfirmed.erase(host);
    return write(std::move(record), host.value + " no longer acknowledges", false);
}

std::vector<HostName> close_replicas(const Situation& situation) {
    std::vector<HostName> close;
    for (const auto& [name, role] : situation.in.record.roles) {
        if (role.role != Role::kReplicaCatchingUp || !situation.follows(name)) continue;
        if (situation.in.record.rebuild_asked.count(name) > 0) continue;
        if (held_off(situation, name)) continue;
        const auto gap = situation.behind(name);
        if (gap && *gap <= kCloseTransactions && !situation.diverged(name)) {
            close.push_back(name);
        }
    }
    return close;
}

std::optional<HostName> member_to_add(const Situation& situation) {
    for (const auto& name : close_replicas(situation)) {
        if (situation.in.record.in_sync.count(name) == 0) return name;
    }
    return std::nullopt;
}

Decision add_member(const Situation& situation, const HostName& replica) {
    Record record = next_record(situation);
    make_member(record, situation, replica);
    record.tell(replica, Role::kReplicaInSync, record.primary);
    return write(std::move(record), replica.value + " follows closely; it acknowledges too", true);
}

bool acknowledgements_changed(const Situation& situation) {
    const auto& record = situation.in.record;
    const int wanted = situation.in.policy.acknowledgements;
    if (leased(situation) || situation.in.policy.async) return false;
    return wanted < record.acknowledgements ||
           (wanted > record.acknowledgements && acknowledge_closely(situation));
}

Decision change_acknowledgements(const Situation& situation) {
    Record record = next_record(situation);
    const int before = std::exchange(record.acknowledgements, situation.in.policy.acknowledgements);
    record.tell(record.primary, Role::kPrimaryLossless);
    if (record.acknowledgements > before) {
        for (const auto& name : record.in_sync) {
            if (situation.role_of(name) != Role::kReplicaInSync) record.unconfirmed.insert(name);
        }
        clear_members(record);
        enter(record, Phase::kAdmitting, situation);
    }
    const int now = record.acknowledgements;
    std::string reason = "commits wait for " + std::to_string(now) +
                         (now == 1 ? " replica" : " replicas") + ", as the policy says, not for " +
                         std::to_string(before);
    return write(std::move(record), std::move(reason), true);
}

Decision gather(const Situation& situation, const std::string& cause, const HostName& wanted) {
    Record record = next_record(situation);
    begin_failover(record, situation, wanted, cause);
    record.tell(record.primary, Role::kFenced);
    for (const auto& name : record.in_sync) {
        if (situation.role_of(name) != Role::kDetached) record.tell(name, Role::kFenced);
    }
    enter(record, Phase::kGathering, situation);
    record.route.writer.reset();
    record.route.revision = record.revision;
    return write(std::move(record),
                 cause + "; the most advanced of the replicas in sync takes over", true);
}

std::optional<HostName> most_advanced_gathered(const Situation& situation) {
    const auto hosts = gathered(situation);
    const auto& record = situation.in.record;
    if (hosts.size() <
        fewest_to_ask(record.in_sync.size(), static_cast<std::size_t>(record.acknowledgements))) {
        return std::nullopt;
    }
    return best_of(situation, hosts);
}

std::string why_not_gathered(const Situation& situation) {
    const auto& record = situation.in.record;
    const auto hosts = gathered(situation).size();
    const auto fewest =
        fewest_to_ask(record.in_sync.size(), static_cast<std::size_t>(record.acknowledgements));
    if (hosts < fewest) {
        return std::to_string(hosts) + " of the " + std::to_string(fewest) +
               " replicas that must stop receiving have";
    }
    return "no replica that may be promoted holds all that they received";
}

Decision promote_gathered(const Situation& situation, const HostName& to) {
    Record record = next_record(situation);
    record.operation->to = to;
    require(*record.operation, situation);
    promote(record, situation, to);
    return write(std::move(record), to.value + " holds every acknowledged write and opens", false);
}

Decision abort_gathering(const Situation& situation) {
    Record record = next_record(situation);
    const std::string reason = why_not_gathered(situation);
    record.last_operation = std::exchange(record.operation, std::nullopt);
    record.last_operation->cause += "; aborted: " + reason;
    record.tell(record.primary, Role::kPrimaryLossless);
    for (const auto& name : record.in_sync) {
        if (situation.role_of(name) == Role::kFenced) {
            record.tell(name, Role::kReplicaInSync, record.primary);
        }
    }
    enter(record, Phase::kProtected, situation);
    record.route.writer = record.primary;
    record.route.revision = record.revision;
    return write(std::move(record),
                 "failover aborted, " + situation.in.record.primary.value +
                     " is heard again and stays: " + reason,
                 true);
}

}  // namespace understudy::core

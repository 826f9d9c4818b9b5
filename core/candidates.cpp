// Of a situation: who could take over, in order of rank, and what hinders each.
#include <algorithm>

#include "core/ack_stalls.h"
#include "core/fitness.h"
#include "core/quorum.h"
#include "core/situation.h"

namespace understudy::core {

std::string Situation::obstacle(const DatabaseHost& host) const {
    const auto role = in.record.roles.find(host.name);
    if (role != in.record.roles.end() && role->second.role == Role::kDetached) {
        return "it is detached; attach it first";
    }
    if (role != in.record.roles.end() && role->second.role == Role::kRebuilding) {
        return "it is being rebuilt";
    }
    const auto* facts = fresh_database(host.name);
    if (facts == nullptr) return "its agent is not heard";
    if (facts->process == ProcessState::kGone) return "mysqld is not running";
    if (!facts->answering) return "mysqld does not answer: " + facts->trouble;
    if (role == in.record.roles.end()) {
        if (auto chained = chained_source(in.topology, host.name, *facts); !chained.empty()) {
            return chained;
        }
    }
    if (facts->clone.state == CloneState::kRunning) return "its data are being copied";
    if (facts->clone.state == CloneState::kFailed) {
        return "its last clone did not complete, so it lacks its data and has to be rebuilt";
    }
    if (facts->replication.applier_error != 0) {
        return "its applier stopped with error " + std::to_string(facts->replication.applier_error);
    }
    return "";
}

std::string Situation::hindrance(const DatabaseHost& host) const {
    if (auto why = obstacle(host); !why.empty()) return why;
    if (host.priority == 0) return "its priority is 0 (never)";
    const auto spared = in.record.maintenance.find(host.name);
    if (spared != in.record.maintenance.end()) return "it is in maintenance: " + spared->second;
    if (const auto extra = errant(host.name); !extra.empty()) {
        return "it has " + std::to_string(extra.count()) + " transactions that " +
               in.record.primary.value + " lacks (" + extra.to_string() +
               "), so it cannot follow and has to be rebuilt";
    }
    if (const auto lost = lost_for_good(host.name); !lost.empty()) {
        return "it lost " + std::to_string(lost.count()) +
               " transactions that it once wrote itself (" + lost.to_string() +
               "), so it has to be rebuilt";
    }
    return in.policy.async ? costs_too_much(host.name) : may_lack_acknowledged(host.name);
}

std::string Situation::may_lack_acknowledged(const HostName& host) const {
    if (in.record.in_sync.count(host) == 0) {
        return held_off(*this, host)
                   ? "its acknowledgements came too late, so it is not in sync; it is asked again "
                     "soon"
                   : "it is not in sync, so it may lack acknowledged writes";
    }
    if (!in_the_run_of_its_admission(host)) {
        return "its mysqld was restarted, or what it received was reset, since it was admitted; it "
               "may "
               "have dropped relay logs";
    }
    return "";
}

// Counted by the controller's clock: from the newest position of the primary that the host holds to
// the primary's last possible write.
std::optional<Millis> Situation::lost_time(const HostName& host) const {
    const auto* facts = fresh_database(host);
    if (facts == nullptr || in.trail == nullptr) return std::nullopt;
    const auto from = in.trail->reached(held_by(*facts));
    if (!from) return std::nullopt;
    auto last_write = in.now.monotonic;
    if (fresh(in.record.primary) == nullptr) {
        // Witnesses may grant its lease until now, also if it ended and was started again unseen.
        last_write += in.record.lease;
    } else if (in.trail->ended_at()) {
        last_write = *in.trail->ended_at();
    }
    return std::chrono::duration_cast<Millis>(last_write - *from);
}

// Where commits do not wait: the policy says what may be lost.
std::string Situation::costs_too_much(const HostName& host) const {
    if (in.record.lease == Millis{0} || in.record.phase == Phase::kAdmitting) {
        return "the primary is not bound to a lease yet, so two primaries could not be prevented";
    }
    const auto missing = lacks(host);
    if (!missing) return "how much it lacks cannot be told, since the primary was never heard";
    if (*missing > in.policy.async->max_loss) {
        return "it lacks " + std::to_string(*missing) + " transactions, more than max_loss (" +
               std::to_string(in.policy.async->max_loss) + ")";
    }
    if (in.record.phase == Phase::kGathering) {
        const auto* facts = fresh_database(host);
        const bool holds = facts != nullptr && in.record.operation &&
                           held_by(*facts).contains(in.record.operation->must_hold);
        if (!holds) return "it lacks what was received when the failover began";
    }
    // Also while it is gathered: the primary may write on meanwhile, for whom still reaches it.
    const auto lost = lost_time(host);
    if (!lost) return "how far it is behind in time cannot be told";
    if (*lost > in.policy.async->max_lag) {
        return "it may lack the last " + std::to_string(lost->count()) +
               " ms of writes, more than max_lag (" +
               std::to_string(in.policy.async->max_lag.count()) + " ms)";
    }
    return "";
}

std::optional<std::uint64_t> Situation::lacks(const HostName& host) const {
    const auto seen = in.view.find(in.record.primary);
    const auto* theirs = fresh_database(host);
    if (theirs == nullptr || !theirs->answering) return std::nullopt;
    GtidSet ours = in.record.operation ? in.record.operation->last_heard : GtidSet{};
    if (seen != in.view.end() && seen->second.report.database) {
        ours.add(seen->second.report.database->executed);
    }
    if (ours.empty()) return std::nullopt;
    return ours.minus(held_by(*theirs)).count();
}

Candidate Situation::candidate(const DatabaseHost& host) const {
    Candidate candidate{host.name,        hindrance(host), obstacle(host), 0,
                        lacks(host.name), false,           true,           host.priority};
    const auto* facts = fresh_database(host.name);
    if (facts != nullptr) {
        candidate.transactions = held_by(*facts).count();
    }
    const auto* primary = in.topology.database(in.record.primary);
    candidate.same_site = primary == nullptr || primary->site == host.site;
    candidate.older = std::any_of(in.topology.databases.begin(), in.topology.databases.end(),
                                  [&](const auto& other) {
                                      const auto* theirs = fresh_database(other.name);
                                      return facts != nullptr && theirs != nullptr &&
                                             older_version(facts->version, theirs->version);
                                  });
    return candidate;
}

std::vector<Candidate> Situation::candidates() const {
    std::vector<Candidate> all;
    for (const auto& host : in.topology.databases) {
        if (host.name != in.record.primary) all.push_back(candidate(host));
    }
    std::stable_sort(all.begin(), all.end(), [](const Candidate& left, const Candidate& right) {
        if (left.hindrance.empty() != right.hindrance.empty()) return left.hindrance.empty();
        if (left.transactions != right.transactions) return left.transactions > right.transactions;
        if (left.older != right.older) return right.older;
        if (left.same_site != right.same_site) return left.same_site;
        return left.priority > right.priority;
    });
    return all;
}

std::optional<Candidate> Situation::best_with_loss(const HostName& wanted) const {
    for (const auto& candidate : candidates()) {
        if (!candidate.obstacle.empty()) continue;
        if (wanted.empty() ? candidate.priority > 0 : candidate.name == wanted) return candidate;
    }
    return std::nullopt;
}

std::string Situation::too_few_members() const {
    const auto& members = in.record.in_sync;
    const auto can_be_asked = static_cast<std::size_t>(
        std::count_if(members.begin(), members.end(), [&](const auto& name) {
            const auto* host = in.topology.database(name);
            return host != nullptr && obstacle(*host).empty() && in_the_run_of_its_admission(name);
        }));
    const auto fewest =
        fewest_to_ask(members.size(), static_cast<std::size_t>(in.record.acknowledgements));
    if (members.empty() || can_be_asked >= fewest) return "";
    return "only " + std::to_string(can_be_asked) + " of the " + std::to_string(members.size()) +
           " replicas in sync can be asked what they received; " + std::to_string(fewest) +
           " must be, as one of the others may hold the last acknowledged write";
}

std::optional<HostName> Situation::best_candidate() const {
    const auto all = candidates();
    if (all.empty() || !all.front().hindrance.empty()) return std::nullopt;
    if (!too_few_members().empty()) return std::nullopt;
    return all.front().name;
}

}  // namespace understudy::core

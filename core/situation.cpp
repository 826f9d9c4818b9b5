#include "core/situation.h"

#include <algorithm>

#include "core/quorum.h"

namespace understudy::core {

Situation::Situation(const Inputs& inputs) : in(inputs), primary_(fresh(inputs.record.primary)) {}

const HostReport* Situation::fresh(const HostName& host) const {
    const auto found = in.view.find(host);
    if (found == in.view.end()) return nullptr;
    if (in.now.monotonic - found->second.heard > in.policy.host_timeout) return nullptr;
    return &found->second.report;
}

const DatabaseFacts* Situation::fresh_database(const HostName& host) const {
    const auto* report = fresh(host);
    return report != nullptr && report->database ? &*report->database : nullptr;
}

const DatabaseFacts* Situation::primary_database() const {
    return primary_ != nullptr && primary_->database ? &*primary_->database : nullptr;
}

bool Situation::primary_gone() const {
    const auto* facts = primary_database();
    return facts != nullptr && facts->process == ProcessState::kGone;
}

bool Situation::receives_from_primary(const DatabaseFacts& facts) const {
    if (!facts.answering || facts.replication.receiver != ReceiverState::kRunning) return false;
    return facts.replication.source_silent.value_or(Millis{0}) <= in.policy.host_timeout;
}

std::string Situation::primary_vouched_for_by() const {
    if (in.record.primary.empty() || primary_ != nullptr) return "";
    bool replica_heard = false;
    for (const auto& host : in.topology.databases) {
        if (host.name == in.record.primary) continue;
        const auto* facts = fresh_database(host.name);
        // One that does not try to receive, stopped by hand say, cannot tell.
        const bool tries = facts != nullptr && facts->answering &&
                           facts->replication.receiver != ReceiverState::kStopped;
        if (!tries) continue;
        replica_heard = true;
        if (receives_from_primary(*facts)) return host.name.value + " still receives from it";
    }
    if (!replica_heard) return "no replica that tries to receive can be heard, so nobody can tell";
    for (const auto& name : in.topology.load_balancers) {
        const auto* report = fresh(name);
        if (report == nullptr || !report->load_balancer) continue;
        const auto server = report->load_balancer->writers.find(in.record.primary);
        if (server != report->load_balancer->writers.end() && server->second.check_passes) {
            return name.value + " still reaches it";
        }
    }
    return "";
}

bool Situation::primary_lost() const {
    if (in.record.primary.empty() || primary_ != nullptr) return false;
    return in.now.monotonic - in.listening_since > in.policy.host_timeout &&
           primary_vouched_for_by().empty();
}

bool Situation::primary_stalls_for_acks() const {
    const auto* facts = primary_database();
    return facts != nullptr && facts->process == ProcessState::kRunning && facts->canary &&
           facts->canary->waits_for_ack && facts->canary->age >= in.policy.ack_stall_timeout;
}

bool Situation::restarted_since_admission(const HostName& member) const {
    const auto* facts = fresh_database(member);
    const auto admitted = in.record.admitted_incarnation.find(member);
    return facts != nullptr && admitted != in.record.admitted_incarnation.end() &&
           facts->incarnation != admitted->second;
}

bool Situation::in_the_run_of_its_admission(const HostName& member) const {
    return fresh_database(member) != nullptr && in.record.admitted_incarnation.count(member) > 0 &&
           !restarted_since_admission(member);
}

Role Situation::role_of(const HostName& host) const {
    const auto found = in.record.roles.find(host);
    return found == in.record.roles.end() ? Role::kDetached : found->second.role;
}

bool Situation::reached(const HostName& host) const {
    const auto* report = fresh(host);
    const auto told = in.record.roles.find(host);
    if (report == nullptr || !report->applied || told == in.record.roles.end()) return false;
    const auto& applied = *report->applied;
    return applied.reached && applied.role == told->second.role &&
           applied.token == FencingToken{in.record.epoch, told->second.since};
}

GtidSet Situation::errant(const HostName& replica) const {
    const auto* theirs = fresh_database(replica);
    const auto* ours = primary_database();
    if (theirs == nullptr || ours == nullptr || !theirs->answering || !ours->answering) return {};
    return theirs->executed.minus(ours->executed).without_server(ours->server_uuid);
}

std::optional<std::uint64_t> Situation::behind(const HostName& replica) const {
    const auto* theirs = fresh_database(replica);
    const auto* ours = primary_database();
    if (theirs == nullptr || ours == nullptr || !theirs->answering || !ours->answering) {
        return std::nullopt;
    }
    return ours->executed.minus(theirs->executed.united_with(theirs->replication.retrieved))
        .count();
}

bool Situation::follows(const HostName& replica) const {
    const auto* facts = fresh_database(replica);
    return facts != nullptr && receives_from_primary(*facts) &&
           facts->replication.applier_running && facts->replication.applier_error == 0 &&
           reached(replica);
}

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
    if (facts->clone.state == CloneState::kRunning || facts->clone.state == CloneState::kFailed) {
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
    return in.policy.async ? costs_too_much(host.name) : may_lack_acknowledged(host.name);
}

std::string Situation::may_lack_acknowledged(const HostName& host) const {
    if (in.record.in_sync.count(host) == 0) {
        return "it is not in sync, so it may lack acknowledged writes";
    }
    if (!in_the_run_of_its_admission(host)) {
        return "its mysqld was restarted since it was admitted and may have dropped relay logs";
    }
    return "";
}

// Counted by the controller's clock: from the newest position of the primary that the host holds to
// the primary's last possible write.
std::optional<Millis> Situation::lost_time(const HostName& host) const {
    const auto& facts = *fresh_database(host);
    const auto held = facts.executed.united_with(facts.replication.retrieved);
    const auto from = in.trail == nullptr ? std::nullopt : in.trail->reached(held);
    if (!from) return std::nullopt;
    auto last_write = in.now.monotonic;
    if (in.trail->ended_at()) {
        last_write = *in.trail->ended_at();
    } else if (fresh(in.record.primary) == nullptr) {
        last_write += in.record.lease;  // witnesses may grant it until now
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
        const auto& facts = *fresh_database(host);
        const auto held = facts.executed.united_with(facts.replication.retrieved);
        if (held.contains(in.record.operation->must_hold)) return "";
        return "it lacks what was received when the failover began";
    }
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
    return ours.minus(theirs->executed.united_with(theirs->replication.retrieved)).count();
}

Candidate Situation::candidate(const DatabaseHost& host) const {
    Candidate candidate{host.name, hindrance(host), obstacle(host), 0, lacks(host.name),
                        true,      host.priority};
    if (const auto* facts = fresh_database(host.name)) {
        candidate.transactions = facts->executed.united_with(facts->replication.retrieved).count();
    }
    const auto* primary = in.topology.database(in.record.primary);
    candidate.same_site = primary == nullptr || primary->site == host.site;
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

bool Situation::phase_lasts_longer_than(Millis time) const {
    return in.record.phase_since && in.now.wall - *in.record.phase_since > time;
}

bool Situation::flapping() const {
    const auto recent =
        std::count_if(in.record.recent_failovers.begin(), in.record.recent_failovers.end(),
                      [this](WallTime at) { return in.now.wall - at < in.policy.failover_window; });
    return recent >= in.policy.failovers_per_window;
}

bool Situation::serves_web(const HostName& host) const {
    if (in.record.maintenance.count(host) > 0) return false;
    const auto* report = fresh(host);
    // A silent host is left as it is: the load balancers' own checks see more than we do.
    if (report == nullptr) return in.record.route.web.count(host) > 0;
    return report->backend && report->backend->healthy;
}

bool Situation::web_is_as_routed() const {
    const auto& routed = in.record.route.web;
    std::size_t serving = 0;
    for (const auto& name : in.topology.web_backends) {
        const bool serves = serves_web(name);
        if (serves != (routed.count(name) > 0)) return false;
        if (serves) ++serving;
    }
    return serving == routed.size();
}

std::set<HostName> Situation::web_in_rotation() const {
    std::set<HostName> healthy;
    for (const auto& name : in.topology.web_backends) {
        if (serves_web(name)) healthy.insert(name);
    }
    if (!healthy.empty()) return healthy;
    // The last one is never taken out.
    if (!in.record.route.web.empty()) return in.record.route.web;
    return {in.topology.web_backends.begin(), in.topology.web_backends.end()};
}

std::set<HostName> Situation::readers() const {
    std::set<HostName> able;
    for (const auto& [name, role] : in.record.roles) {
        if (!is_replica(role.role) || in.record.maintenance.count(name) > 0) continue;
        const auto* facts = fresh_database(name);
        if (facts == nullptr) {  // silent: left as it is, as for web servers
            if (in.record.route.readers.count(name) > 0) able.insert(name);
            continue;
        }
        if (!facts->answering || facts->process != ProcessState::kRunning) continue;
        const auto lag = facts->replication.lag_seconds;
        if (lag && *lag * 1000 <= static_cast<double>(in.policy.max_reader_lag.count())) {
            able.insert(name);
        }
    }
    if (able.empty() && !in.record.primary.empty()) able.insert(in.record.primary);
    return able;
}

}  // namespace understudy::core

#include "core/situation.h"

#include <algorithm>

#include "core/reader_lag.h"

namespace understudy::core {

GtidSet held_by(const DatabaseFacts& facts) {
    return facts.executed.united_with(facts.replication.retrieved);
}

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

bool Situation::connects_to_primary_again(const DatabaseFacts& facts) const {
    const auto& replication = facts.replication;
    return facts.answering && replication.receiver == ReceiverState::kConnecting &&
           replication.source_silent && *replication.source_silent <= in.policy.host_timeout;
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
        if (connects_to_primary_again(*facts)) {
            return host.name.value + " has not been connecting to it for long";
        }
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

bool Situation::reset_since_admission(const HostName& member) const {
    const auto* facts = fresh_database(member);
    const auto admitted = in.record.admitted_retrieved.find(member);
    return facts != nullptr && facts->answering && admitted != in.record.admitted_retrieved.end() &&
           !facts->replication.retrieved.contains(admitted->second);
}

bool Situation::may_have_dropped(const HostName& member) const {
    return restarted_since_admission(member) || reset_since_admission(member);
}

bool Situation::in_the_run_of_its_admission(const HostName& member) const {
    return fresh_database(member) != nullptr && in.record.admitted_incarnation.count(member) > 0 &&
           !may_have_dropped(member);
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

const DatabaseFacts* Situation::newest_word_of_primary() const {
    const auto seen = in.view.find(in.record.primary);
    if (seen == in.view.end() || !seen->second.report.database) return nullptr;
    const auto& facts = *seen->second.report.database;
    const bool is_of_now = primary_database() != nullptr && facts.answering;
    const bool has_opened = in.record.phase != Phase::kPromoting && !facts.executed.empty();
    return is_of_now || has_opened ? &facts : nullptr;
}

GtidSet Situation::errant(const HostName& replica) const {
    const auto* theirs = fresh_database(replica);
    const auto* ours = newest_word_of_primary();
    if (theirs == nullptr || ours == nullptr || !theirs->answering) return {};
    // The primary's report may be from before it had applied what it was promoted with.
    return theirs->executed.minus(held_by(*ours))
        .minus(in.record.promotion_point)
        .without_server(ours->server_uuid);
}

GtidSet Situation::lost_for_good(const HostName& replica) const {
    const auto* theirs = fresh_database(replica);
    const auto* ours = primary_database();
    // From before it followed its report may lack what it was still to commit.
    if (theirs == nullptr || ours == nullptr || !ours->answering || !follows(replica)) return {};
    if (theirs->semi_sync.waiting_sessions > 0) return {};
    const auto held = held_by(*theirs);
    const auto missing = ours->executed.minus(held);
    auto lost = missing.minus(missing.without_server(theirs->server_uuid));
    const auto from_before = missing.without_server(ours->server_uuid);
    if (from_before.empty() || in.record.phase == Phase::kPromoting) return lost;
    // With a write of the primary since its opening it has been sent all that came before, but for
    // what it wrote itself under a former UUID.
    const auto of_primary = held.minus(held.without_server(ours->server_uuid));
    if (!in.record.promotion_point.contains(of_primary)) lost.add(from_before);
    return lost;
}

bool Situation::diverged(const HostName& replica) const {
    return !errant(replica).empty() || !lost_for_good(replica).empty();
}

std::optional<std::uint64_t> Situation::behind(const HostName& replica) const {
    const auto* theirs = fresh_database(replica);
    const auto* ours = primary_database();
    if (theirs == nullptr || ours == nullptr || !theirs->answering || !ours->answering) {
        return std::nullopt;
    }
    return ours->executed.minus(held_by(*theirs)).count();
}

bool Situation::follows(const HostName& replica) const {
    const auto* facts = fresh_database(replica);
    return facts != nullptr && receives_from_primary(*facts) &&
           facts->replication.applier_running && facts->replication.applier_error == 0 &&
           reached(replica);
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
        const bool reads = in.record.route.readers.contains(name);
        if (lag_lets_read(facts->replication.lag_seconds, reads, in.policy.max_reader_lag)) {
            able.insert(name);
        }
    }
    if (able.empty() && !in.record.primary.empty()) able.insert(in.record.primary);
    return able;
}

}  // namespace understudy::core

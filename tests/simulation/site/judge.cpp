#include "tests/simulation/site/judge.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

namespace {

constexpr Micros kFreshAcknowledgement = 5s;
constexpr Micros kAwayGap = 4s;
constexpr Micros kJustWritten = 1s;
constexpr Micros kLateNews = 6s;  // host_timeout, and a controller that was paused meanwhile

}  // namespace

std::string_view to_string(Property property) {
    switch (property) {
        case Property::kAcknowledgedWriteLost:
            return "a acknowledged-write-lost";
        case Property::kTwoPrimaries:
            return "b two-primaries";
        case Property::kNoRecovery:
            return "c no-recovery";
        case Property::kNeedlessFailover:
            return "d needless-failover";
        case Property::kEndlessChanges:
            return "e endless-changes";
        case Property::kNotStatic:
            return "f not-static";
        case Property::kRewindCutCommitted:
            return "g rewind-cut-committed";
        case Property::kDiverged:
            return "h diverged";
        case Property::kStalled:
            return "i stalled";
        case Property::kStaleSession:
            return "j stale-session";
        case Property::kRoutedClosed:
            return "k routed-closed";
        case Property::kNeedlessRebuild:
            return "l needless-rebuild";
        case Property::kNoFailover:
            return "m no-failover";
        case Property::kFalselyInSync:
            return "n falsely-in-sync";
        case Property::kNotKept:
            return "o not-kept";
        case Property::kTooMuchLost:
            return "p too-much-lost";
        case Property::kUndeclaredPhase:
            return "q undeclared-phase";
        case Property::kWebRotation:
            return "r web-rotation";
    }
    return "unknown";
}

void Judge::fail(Property property, std::string text) {
    truth_.engine.trace.note(60, static_cast<unsigned>(property),
                             [&] { return "VIOLATION: " + text; });
    if (violation_) return;
    violation_ = Violation{property, std::move(text), truth_.engine.queue.now()};
    truth_.engine.queue.stop();
}

void Judge::opened(int server) {
    const auto at = static_cast<std::size_t>(server);
    reign_[at] = ++reigns_;
    opened_at_[at] = truth_.engine.queue.now();
    truth_.engine.trace.note(61, static_cast<unsigned>(server),
                             [&] { return "db" + std::to_string(server) + " opens for writes"; });
    if (truth_.servers[at]->hollow()) {
        fail(Property::kFalselyInSync, "db" + std::to_string(server) + " opens without its data");
    }
    if (database_name(server) == may_lose_) take_losses(server);
}

void Judge::take_losses(int server) {
    may_lose_ = {};
    const auto& executed = truth_.servers[static_cast<std::size_t>(server)]->executed();
    const auto last_heard = last_.operation ? last_.operation->last_heard : core::GtidSet{};
    const auto too_much = losses_.taken_over(executed, last_heard, async_);
    acknowledged_before_calm_ = losses_.acknowledged();
    if (!too_much.empty()) fail(Property::kTooMuchLost, too_much);
}

void Judge::closed(int server) {
    truth_.engine.trace.note(62, static_cast<unsigned>(server),
                             [&] { return "db" + std::to_string(server) + " is closed"; });
}

void Judge::acknowledged(int server, const LogEntry& entry, bool by_client) {
    if (!by_client) return;
    if (loss_accepted_) {
        losses_.seen(truth_.engine.queue.now());
        return;
    }
    const auto reign = reign_[static_cast<std::size_t>(server)];
    if (reign < reigns_ && !lease_tended(server)) return;
    if (reign < acknowledged_reign_) {
        fail(Property::kTwoPrimaries,
             "db" + std::to_string(server) + " acknowledges a write after its successor did");
    }
    acknowledged_reign_ = reign;
    const auto& by = *truth_.servers[static_cast<std::size_t>(server)];
    const auto& executed = by.executed();
    // Within one run of mysqld nothing that is executed goes away.
    const std::pair run{server, by.incarnation()};
    if (std::exchange(acknowledged_by_, run) != run && !executed.contains(losses_.acknowledged())) {
        fail(Property::kAcknowledgedWriteLost,
             "db" + std::to_string(server) + " acknowledges a write, but lacks acknowledged " +
                 losses_.acknowledged().minus(executed).to_string());
    }
    if (last_.primary == database_name(server) && !last_.in_sync.empty()) {
        check_members(last_,
                      [&](const MysqlServer& replica) { return replica.has_received(entry); });
    }
    losses_.acknowledged(entry, truth_.engine.queue.now());
}

// What makes a lease end in time is the agent of the host that holds it.
bool Judge::lease_tended(int server) const {
    if (!truth_.policy.async) return true;
    const Micros since = truth_.tended_since(server);
    return since != Micros::max() && truth_.engine.queue.now() - since > truth_.policy.async->lease;
}

// As many of the members as each commit waits for hold every acknowledged write, at any time. One
// that does not run as it was admitted cannot be asked, and is no candidate either.
template <class Holds>
void Judge::check_members(const core::Record& record, Holds holds) {
    int holders = 0;
    for (const auto& member : record.in_sync) {
        const auto& replica = *truth_.servers[static_cast<std::size_t>(index_of(member))];
        const auto admitted = record.admitted_incarnation.find(member);
        const bool may_lead = admitted != record.admitted_incarnation.end() && replica.running() &&
                              replica.incarnation() == admitted->second;
        if (!may_lead || holds(replica)) ++holders;
    }
    if (holders < record.acknowledgements) {
        fail(Property::kFalselyInSync,
             "of the members only " + std::to_string(holders) + " hold every acknowledged write");
    }
}

void Judge::check_admission(const core::Record& next) {
    check_members(next, [this](const MysqlServer& replica) {
        return loss_accepted_ || replica.received().contains(losses_.acknowledged());
    });
    const auto& primary = *truth_.servers[static_cast<std::size_t>(index_of(next.primary))];
    const Micros now = truth_.engine.queue.now();
    for (const auto& [member, incarnation] : next.admitted_incarnation) {
        const auto at = static_cast<std::size_t>(index_of(member));
        const auto& replica = *truth_.servers[at];
        const bool was_one = last_.admitted_incarnation.count(member) > 0;
        if (was_one || !replica.running() || replica.incarnation() != incarnation) continue;
        if (replica.hollow()) {
            fail(Property::kFalselyInSync, member.value + " is admitted without its data");
        } else if (now - written_at_[at] > kLateNews &&
                   !primary.logged().contains(replica.executed())) {
            fail(Property::kFalselyInSync, member.value + " is admitted with errant transactions");
        }
    }
}

void Judge::started(const Start& start) {
    if (start.committed_cut > 0) {
        fail(Property::kRewindCutCommitted, "the rewind of db" + std::to_string(start.server) +
                                                " cut " + std::to_string(start.committed_cut) +
                                                " committed transactions");
    }
    if (!start.ordered) {
        ++counts_["start without the agent's word"];
        may_have_erred(start.server);
    }
    // If it has a successor then, or gets one before it is heard again, these are errant.
    if (start.as_primary && start.prepared > 0) {
        ++counts_["start as primary with prepared transactions"];
        may_have_erred(start.server);
    }
    if (start.keeps) {
        const auto at = static_cast<std::size_t>(start.server);
        kept_[at].add(truth_.servers[at]->logged());
    }
    if (start.plan.verdict == core::RewindVerdict::kCut) ++counts_["rewound"];
    if (start.plan.verdict == core::RewindVerdict::kRefused) {
        ++counts_["not rewound: " + start.plan.reason];
    }
}

void Judge::written_by_hand(int server) {
    may_have_erred(server);
    written_at_[static_cast<std::size_t>(server)] = truth_.engine.queue.now();
}

// What a clone deletes is elsewhere, or kept; and a fault explains it, unless the host is new.
void Judge::clone_begun(int server, int donor) {
    truth_.engine.trace.note(64, static_cast<unsigned>(server), [&] {
        return "db" + std::to_string(server) + " is cloned from db" + std::to_string(donor);
    });
    const auto at = static_cast<std::size_t>(server);
    donor_[at] = donor;
    const auto& target = *truth_.servers[at];
    core::GtidSet elsewhere;
    for (const auto& kept : kept_) elsewhere.add(kept);  // also what another host had of it
    for (const auto& other : truth_.servers) {
        if (other.get() != &target && !other->hollow()) elsewhere.add(other->logged());
    }
    // What somebody writes on it in the moment before the clone, when it is closed already, is
    // gone.
    const bool written_now = truth_.engine.queue.now() - written_at_[at] < kJustWritten;
    if (!elsewhere.contains(target.logged()) && !written_now) {
        fail(Property::kNotKept, "a clone deletes what only db" + std::to_string(server) +
                                     " has: " + target.logged().minus(elsewhere).to_string());
    }
    if (target.hollow() || target.logged().empty()) return;
    ++counts_["cloned"];
    if (erred_[at] || loss_accepted_ || lacks_its_own(server)) {
        if (is_what_was_asked_for(server)) erred_[at] = false;
        return;
    }
    fail(Property::kNeedlessRebuild,
         "db" + std::to_string(server) + " has to be rebuilt, though no fault explains it");
}

// A host that has not heard that its order was taken back clones by it; what was asked for since is
// still to come.
bool Judge::is_what_was_asked_for(int server) const {
    const auto name = database_name(server);
    const auto role = last_.roles.find(name);
    const bool told = role != last_.roles.end() && role->second.role == core::Role::kRebuilding;
    return told || last_.rebuild_asked.count(name) == 0;
}

// Of what it wrote itself in any of its lives nothing is sent to it.
bool Judge::lacks_its_own(int server) const {
    const auto held = truth_.servers[static_cast<std::size_t>(server)]->received();
    const auto& primary = *truth_.servers[static_cast<std::size_t>(index_of(last_.primary))];
    return std::any_of(primary.log().begin(), primary.log().end(), [&](const LogEntry& entry) {
        return entry.origin % kServers == server &&
               !held.contains(uuid_of(entry.origin), entry.number);
    });
}

// What the donor alone had, written by hand say or as a primary that was replaced meanwhile, came
// with its data.
void Judge::clone_done(int server) {
    const auto at = static_cast<std::size_t>(server);
    const auto& primary = *truth_.servers[static_cast<std::size_t>(index_of(last_.primary))];
    if (primary.logged().contains(truth_.servers[at]->logged())) return;
    may_have_erred(server);
    written_at_[at] = written_at_[static_cast<std::size_t>(donor_[at])];
}

void Judge::stepped(const controller::Outgoing& outgoing) {
    for (const auto& note : outgoing.notes) {
        truth_.engine.trace.note(59, 0, [&] { return "undecided: " + note; });
    }
    for (const auto& [host, assignment] : outgoing.telling.assignments) {
        truth_.engine.trace.note(58, 0, [&] {
            return "tell " + host.value + " " + std::string(core::to_string(assignment.role)) +
                   " (" + std::to_string(assignment.token.epoch.value) + "," +
                   std::to_string(assignment.token.revision.value) + ")";
        });
    }
}

void Judge::expect_no_changes(bool on) {
    writes_expected_none_ = on ? std::optional<int>(0) : std::nullopt;
    acknowledged_before_calm_ = losses_.acknowledged();
}

void Judge::control_plane_away(bool away) {
    const Micros now = truth_.engine.queue.now();
    if (away) {
        reigns_when_away_ = reigns_;
        away_since_ = now;
        return;
    }
    if (!reigns_when_away_) return;
    if (*std::exchange(reigns_when_away_, std::nullopt) != reigns_) {
        fail(Property::kNotStatic, "a primary changed while every controller was away");
    } else if (now - losses_.last_at() > kAwayGap) {
        fail(Property::kNotStatic, "nothing is acknowledged while every controller is away");
    }
}

void Judge::finish(const core::Record& record, int routed_writer, Micros last_acknowledged) {
    const Micros now = truth_.engine.queue.now();
    if (violation_) return;
    if (record.phase != core::Phase::kProtected) {
        fail(Property::kNoRecovery, "healed for long, yet " + std::string(to_string(record.phase)));
        return;
    }
    const int primary = index_of(record.primary);
    if (routed_writer != primary || now - last_acknowledged > kFreshAcknowledgement) {
        fail(Property::kNoRecovery,
             "healed for long, yet " + record.primary.value +
                 " gets no writes; routed: " + std::to_string(routed_writer));
        return;
    }
    if (!truth_.policy.async && record.acknowledgements != truth_.policy.acknowledgements) {
        fail(Property::kNoRecovery,
             "commits wait for " + std::to_string(record.acknowledgements) + " replicas, not for " +
                 std::to_string(truth_.policy.acknowledgements) + " as the policy says");
        return;
    }
    const auto lost =
        losses_.acknowledged().minus(truth_.servers[static_cast<std::size_t>(primary)]->executed());
    if (!lost.empty()) {
        fail(Property::kAcknowledgedWriteLost, "the primary lacks " + lost.to_string());
        return;
    }
    for (std::size_t i = 0; i < truth_.servers.size(); ++i) {
        if (truth_.servers[i]->executed().contains(acknowledged_before_calm_)) continue;
        fail(Property::kNoRecovery, "db" + std::to_string(i) + " has not caught up");
        return;
    }
    check_histories(primary);
}

void Judge::check_histories(int primary) {
    std::map<std::pair<int, std::uint64_t>, std::uint64_t> truth = losses_.contents();
    for (const auto& entry : truth_.servers[static_cast<std::size_t>(primary)]->log()) {
        const auto known = truth.emplace(std::pair(entry.origin, entry.number), entry.content);
        if (known.first->second != entry.content) {
            fail(Property::kDiverged, "the primary holds another write under an acknowledged GTID");
            return;
        }
    }
    for (const auto& server : truth_.servers) {
        for (const auto& entry : server->log()) {
            const auto known = truth.find({entry.origin, entry.number});
            if (known != truth.end() && known->second == entry.content) continue;
            fail(Property::kDiverged,
                 "a replica holds what the primary does not: " + uuid_of(entry.origin) + ":" +
                     std::to_string(entry.number));
            return;
        }
    }
}

}  // namespace understudy::simulation

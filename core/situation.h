// The facts that the rules judge, gathered once from the inputs: arithmetic, no judgement of what
// to do about them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/decide.h"

namespace understudy::core {

// A replica that may be promoted, or why it may not.
struct Candidate {
    HostName name;
    std::string hindrance;  // empty: may be promoted
    // Why it may not be promoted even by an operator who accepts a loss; empty: it may.
    std::string obstacle;
    std::uint64_t transactions = 0;  // received or executed
    // Transactions that the primary had executed when it was last heard, and this host lacks.
    std::optional<std::uint64_t> lacks;
    bool older = false;     // its MySQL is older than another host's
    bool same_site = true;  // as the primary
    int priority = 0;
};

// What the host holds: executed, or received and not applied yet.
GtidSet held_by(const DatabaseFacts& facts);

class Situation {
  public:
    explicit Situation(const Inputs& inputs);

    const Inputs in;  // by value: it may be made from a temporary

    // The report of a host that was heard within host_timeout.
    [[nodiscard]] const HostReport* fresh(const HostName& host) const;
    [[nodiscard]] const DatabaseFacts* fresh_database(const HostName& host) const;

    // The primary's process ended, says its own agent.
    [[nodiscard]] bool primary_gone() const;
    // The primary's host is silent, no replica receives from it and no load balancer reaches it.
    [[nodiscard]] bool primary_lost() const;
    // Why a silent primary is not counted as lost; empty when it is not silent or is lost.
    [[nodiscard]] std::string primary_vouched_for_by() const;
    // Commits on the primary wait for an acknowledgement longer than the policy allows.
    [[nodiscard]] bool primary_stalls_for_acks() const;
    // Of a member: its mysqld was started again since, or it was reset, and so it may have dropped
    // relay logs.
    [[nodiscard]] bool may_have_dropped(const HostName& member) const;
    [[nodiscard]] bool restarted_since_admission(const HostName& member) const;
    // It was admitted in the run of mysqld that it reports now, and has kept what it received.
    [[nodiscard]] bool in_the_run_of_its_admission(const HostName& member) const;

    // Detached: a host of which the record knows nothing.
    [[nodiscard]] Role role_of(const HostName& host) const;
    // The host did what the record tells it now.
    [[nodiscard]] bool reached(const HostName& host) const;

    // A replica's transactions that neither the primary has nor the primary made; also once the
    // primary is gone, by the last that was heard of it.
    [[nodiscard]] GtidSet errant(const HostName& replica) const;
    // Transactions that this very replica numbered when it was primary, under this UUID or a former
    // one, that the primary has, and that it lacks. A receiver leaves out what its own server wrote
    // ("replicate-same-server-id", Reference Manual), so it never gets them back.
    [[nodiscard]] GtidSet lost_for_good(const HostName& replica) const;
    // It has what it should not, or lacks what it cannot get: only a rebuild helps.
    [[nodiscard]] bool diverged(const HostName& replica) const;
    // Transactions that the primary executed and the replica has not received.
    [[nodiscard]] std::optional<std::uint64_t> behind(const HostName& replica) const;
    // The replica receives and applies without error, as told.
    [[nodiscard]] bool follows(const HostName& replica) const;

    // Every other database host, the best candidate first.
    [[nodiscard]] std::vector<Candidate> candidates() const;
    [[nodiscard]] std::optional<HostName> best_candidate() const;
    // Why no failover is possible although there are candidates: too few members can be asked.
    [[nodiscard]] std::string too_few_members() const;
    // Of those that could be promoted at the cost of a loss; nothing when there is none.
    [[nodiscard]] std::optional<Candidate> best_with_loss(const HostName& wanted) const;
    [[nodiscard]] bool flapping() const;
    // By the time of day: for patience, never for safety.
    [[nodiscard]] bool phase_lasts_longer_than(Millis time) const;

    // Never empty. Those that are drained or in maintenance are among them only where no other
    // one can be reached.
    [[nodiscard]] std::set<HostName> web_in_rotation() const;
    [[nodiscard]] std::set<HostName> web_drained() const;
    [[nodiscard]] bool web_is_as_routed() const;
    [[nodiscard]] std::set<HostName> readers() const;

  private:
    [[nodiscard]] bool reset_since_admission(const HostName& member) const;
    [[nodiscard]] const DatabaseFacts* primary_database() const;
    // However old, if it had opened by then: from there on it gets only what it writes itself.
    [[nodiscard]] const DatabaseFacts* newest_word_of_primary() const;
    [[nodiscard]] bool spared_web(const HostName& host) const;
    [[nodiscard]] bool serves_web(const HostName& host) const;
    [[nodiscard]] bool web_is_lost(const HostName& host) const;
    [[nodiscard]] bool receives_from_primary(const DatabaseFacts& facts) const;
    // It has lost the primary only when it could not connect for host_timeout.
    [[nodiscard]] bool connects_to_primary_again(const DatabaseFacts& facts) const;
    [[nodiscard]] std::string obstacle(const DatabaseHost& host) const;
    [[nodiscard]] std::string hindrance(const DatabaseHost& host) const;
    [[nodiscard]] std::string may_lack_acknowledged(const HostName& host) const;
    [[nodiscard]] std::string costs_too_much(const HostName& host) const;
    // How much of the primary's last writes the host may lack, as time; nothing: nobody can tell.
    [[nodiscard]] std::optional<Millis> lost_time(const HostName& host) const;
    [[nodiscard]] std::optional<std::uint64_t> lacks(const HostName& host) const;
    [[nodiscard]] Candidate candidate(const DatabaseHost& host) const;

    const HostReport* primary_;  // its fresh report, as many rules ask for it
};

}  // namespace understudy::core

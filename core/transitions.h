// How each rule changes the record. Each returns a whole next record; none looks for a condition.
#pragma once

#include <string>
#include <vector>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

Decision bootstrap(const Situation& situation);
Decision fail_over(const Situation& situation, const HostName& to, const std::string& cause);
Decision give_back(const Situation& situation);
Decision finish_promotion(const Situation& situation);
Decision degrade(const Situation& situation, std::string reason);
Decision begin_admission(const Situation& situation, const std::vector<HostName>& replicas);
Decision make_primary_wait(const Situation& situation);
Decision admit(const Situation& situation, const std::vector<HostName>& replicas);
Decision begin_switchover(const Situation& situation, const HostName& to);
Decision promote_drained(const Situation& situation);
Decision abort_switchover(const Situation& situation, const std::string& reason);
Decision pause_for_flapping(const Situation& situation);
Decision enrol_host(const Situation& situation, const HostName& host);
Decision change_web_route(const Situation& situation);
Decision change_readers(const Situation& situation);

// "web1, web2"
std::string listed(const std::vector<HostName>& hosts);

// The record as the next revision, not yet changed.
Record next_record(const Situation& situation);
// The decision to write it.
Decision write(Record record, std::string reason, bool event);
// Not one that is the operator's, or without whole data: that stays what it is.
bool follows_orders(Role role);
void enter(Record& record, Phase phase, const Situation& situation);
// It enters in_sync as it is now.
void make_member(Record& record, const Situation& situation, const HostName& replica);
// The route as of this revision; without a writer new sessions are held.
void route_writer(Record& record, std::optional<HostName> writer);

// The operation of a failover that begins now, with its first marks; `to` may not be known yet. The
// guard against flapping counts it.
void begin_failover(Record& record, const Situation& situation, const HostName& to,
                    const std::string& cause);
// The candidate opens with all that it reported, and in the run of mysqld that received the rest.
// Before promote(), which forgets that run.
void require(Operation& operation, const Situation& situation);
// Nobody is in sync any more.
void clear_members(Record& record);
// … and the primary does not wait.
void clear_in_sync(Record& record);
// `to` is told to open, once a lease that the record tells of has surely ended; everybody else is
// fenced, and the epoch rises.
void promote(Record& record, const Situation& situation, const HostName& to);

}  // namespace understudy::core

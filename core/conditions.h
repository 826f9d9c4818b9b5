// The conditions of the rules, each a question about the situation.
#pragma once

#include <optional>
#include <string>

#include "core/situation.h"

namespace understudy::core {

bool asked_for(const Situation& s, OperationKind kind);
bool may_fail_over(const Situation& s);
// By the policy.
std::size_t wanted_acknowledgements(const Situation& s);
// For which commits wait; before the primary waits, those that it is to wait for.
std::size_t needed_acknowledgements(const Situation& s);
bool leased(const Situation& s);
bool overdue(const Situation& s);

// Enough replicas acknowledge, and are so close that the primary can begin to wait for them.
bool acknowledge_closely(const Situation& s);
bool hold_all_that_is_acknowledged(const Situation& s);
bool too_few_acknowledge(const Situation& s);
std::string cause_of_degrading(const Situation& s);

std::optional<HostName> unknown_host(const Situation& s);
bool all_databases_answer(const Situation& s);

// Of a switchover: the old primary is fenced, and the candidate has received all of it.
bool drained(const Situation& s);
std::string candidate_trouble(const Situation& s);

// Of a promotion: it can never be completed.
bool forfeited(const Situation& s);

bool primary_dead(const Situation& s);
std::string cause_of_loss(const Situation& s);

}  // namespace understudy::core

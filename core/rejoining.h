// The others when a promotion is over: whoever follows orders follows the new primary, except one
// that the policy keeps out until an operator has looked at it.
#pragma once

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

// Of a failover that has just ended, where the policy says `rejoin: manual`: the replaced primary
// is in record.not_rejoined from now on, and stays fenced.
void keep_out_the_replaced(Record& record, const Situation& situation);

// Every other host that follows orders, and is not kept out, is a replica of the primary.
void tell_to_follow(Record& record);

// The policy was changed: nobody is kept out any more.
Decision rejoin_all(const Situation& situation);

}  // namespace understudy::core

// What an operator asks for, taken up or refused with the reason and the remedy.
#pragma once

#include <string>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

// A host that is not in sync is promoted by nothing but an operator who accepts the loss.
Decision answer_failover(const Situation& s);
Decision answer_switchover(const Situation& s);
Decision answer_too_early(const Situation& s);

// The request's host, or the best that can be promoted at all; refused when there is none.
Decision promote_with_loss(const Situation& s);

// `wanted` may be empty. The most advanced of several members is known only when they are gathered.
Decision replace_primary(const Situation& s, const HostName& wanted, const std::string& cause);

}  // namespace understudy::core

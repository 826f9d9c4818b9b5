// Where commits do not wait for a replica (asynchronous durability), a lease is what prevents two
// primaries: the primary writes only while enough witnesses grant it, and closes itself in time
// when they do not; a failover first makes enough of them refuse, then waits until no lease that
// was granted before can still run.
//
// Invariants: the record says kProtected only after the primary reported that it writes under its
// lease, and says so no more before the primary is told to write without. So an automatic failover
// is only ever decided of a primary that needs its lease.
#pragma once

#include <optional>
#include <string>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

// The policy and the record differ in whether the primary waits or holds a lease.
bool durability_changed(const Situation& situation);
Decision change_durability(const Situation& situation);

// Enough of a lone primary's surroundings are there to be worth asking for a lease.
bool worth_a_lease(const Situation& situation);
Decision begin_lease(const Situation& situation);
// It asks, and enough witnesses grant.
bool lease_is_granted(const Situation& situation);
Decision bind_to_lease(const Situation& situation);
Decision lease_holds(const Situation& situation);
// The witnesses do not grant it, yet it is heard: it goes on without one.
bool lease_is_short(const Situation& situation);
Decision release_lease(const Situation& situation, const std::string& reason);

// Failover: witnesses are told of the next epoch, replicas stop receiving; then, when the lease
// surely ends, the most advanced is told to open after that.
Decision revoke_lease(const Situation& situation, const std::string& cause, const HostName& wanted);
// Nothing: the lease may still be renewed, or nobody who may be promoted was gathered yet.
std::optional<HostName> successor_of_leased(const Situation& situation);
Decision promote_successor(const Situation& situation, const HostName& to);
// It was started again before it opened: others are asked again.
bool replaces_leased(const Situation& situation);
Decision gather_again(const Situation& situation);
// The former primary is heard again and nobody took over: it goes on.
Decision return_to_leased(const Situation& situation);

}  // namespace understudy::core

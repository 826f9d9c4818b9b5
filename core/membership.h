// Who is in sync: the replicas that acknowledge, and what may be done when one comes or goes.
//
// Invariants: whoever may acknowledge is in record.in_sync before it is told to, and leaves it only
// when it surely acknowledges no more and every other member holds what it may have held alone.
#pragma once

#include <optional>
#include <vector>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

// A replica begins to acknowledge when it is this close: a primary that waits for one far behind
// would stall.
inline constexpr std::uint64_t kCloseTransactions = 1000;

// Replicas that are close, have no errant transactions, and are not held off.
std::vector<HostName> close_replicas(const Situation& situation);

// Replicas that the record tells to acknowledge.
std::vector<HostName> acknowledging_replicas(const Situation& situation);

// Those of them whose mysqld ended or was started again since, say their own agents.
std::vector<HostName> acknowledging_replicas_gone(const Situation& situation);

// What became of such a one, for people.
std::string lost_member(const Situation& situation, const HostName& member);

// Of more members than are needed, one is gone: the others go on acknowledging.
std::optional<HostName> member_to_drop(const Situation& situation);
Decision drop_member(const Situation& situation, const HostName& member);

// A member that was told to stop surely has, and every other one holds all that it may have held.
std::optional<HostName> member_to_forget(const Situation& situation);
Decision forget_member(const Situation& situation, const HostName& member);

// Somebody who was told no longer to acknowledge surely does not.
std::optional<HostName> silence_to_confirm(const Situation& situation);
Decision confirm_silence(const Situation& situation, const HostName& host);

// A replica that follows closely while others are in sync already.
std::optional<HostName> member_to_add(const Situation& situation);
Decision add_member(const Situation& situation, const HostName& replica);

// The policy asks for another number of acknowledgements than commits wait for, and enough replicas
// give them.
bool acknowledgements_changed(const Situation& situation);
// Fewer count at once. More are an admission of the same replicas: what only the former number
// acknowledged has to be held by all of them before they are members again.
Decision change_acknowledgements(const Situation& situation);

// Of several members the most advanced takes over. Which one that is can be told only when enough
// of them receive no more: first they are gathered (fenced), then it is chosen.
Decision gather(const Situation& situation, const std::string& cause, const HostName& wanted);
// Of those gathered: the one to promote; nothing while too few are, or when nobody who may be
// promoted holds what all of them hold.
std::optional<HostName> most_advanced_gathered(const Situation& situation);
// Why not; empty: it can be chosen.
std::string why_not_gathered(const Situation& situation);
Decision promote_gathered(const Situation& situation, const HostName& to);
Decision abort_gathering(const Situation& situation);

}  // namespace understudy::core

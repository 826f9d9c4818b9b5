// Database hosts whose data are replaced: who has to be, from whom, and what comes after.
//
// Invariants: a host that is rebuilt neither acknowledges nor is in in_sync; what it alone has is
// named in the record before anything of it is deleted; a promotion leaves its role as it is, since
// its data are whole again only when the clone is complete.
#pragma once

#include <optional>
#include <string>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

// Why a replica can never follow again as it is; empty: it can, or it cannot be told now.
std::string needs_rebuild(const Situation& situation, const HostName& host);

// A replica that is to be rebuilt, by an operator's word or by the policy, and can be now; it may
// have to be set aside first.
std::optional<HostName> host_to_set_aside(const Situation& situation);
std::optional<HostName> host_to_rebuild(const Situation& situation);
// Whose donor can no longer give it its data, while another can.
std::optional<HostName> host_without_donor(const Situation& situation);
std::optional<HostName> host_rebuilt(const Situation& situation);

Decision set_aside(const Situation& situation, const HostName& host);
Decision begin_rebuild(const Situation& situation, const HostName& host);
Decision change_donor(const Situation& situation, const HostName& host);
Decision end_rebuild(const Situation& situation, const HostName& host);

// A host without any transactions of its own gets its data as a whole, if somebody can give them.
bool joins_by_clone(const Situation& situation, const HostName& host);
void tell_to_rebuild(Record& record, const Situation& situation, const HostName& host);

}  // namespace understudy::core

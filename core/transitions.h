// How each rule changes the record. Each returns a whole next record; none looks for a condition.
#pragma once

#include <string>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

Decision bootstrap(const Situation& situation);
Decision fail_over(const Situation& situation, const HostName& to, std::string cause);
Decision give_back(const Situation& situation);
Decision finish_promotion(const Situation& situation);
Decision degrade(const Situation& situation, std::string reason);
Decision begin_admission(const Situation& situation, const HostName& replica);
Decision make_primary_wait(const Situation& situation);
Decision admit(const Situation& situation, const HostName& replica);
Decision begin_switchover(const Situation& situation, const HostName& to);
Decision promote_drained(const Situation& situation);
Decision abort_switchover(const Situation& situation, std::string reason);
Decision pause_for_flapping(const Situation& situation);
Decision enrol_host(const Situation& situation, const HostName& host);
Decision change_web_route(const Situation& situation);
Decision change_readers(const Situation& situation);

// The record as the next revision, not yet changed.
Record next_record(const Situation& situation);

}  // namespace understudy::core

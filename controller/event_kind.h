// What a change of the record is called in the history, metrics and webhooks.
//
// Kinds: bootstrap_started, failover_started, switchover_started, promoting, promoted,
// switchover_aborted, degraded, recovered, admitting, paused, resumed, web_rotation, readers,
// roles; and, recorded apart: bootstrap, failover, switchover (complete, with all marks),
// host_silent, host_heard, orphans (a rewind cut some off), vip_moved, vip_lost,
// vip_held_twice, vip_held.
#pragma once

#include <string>

#include "core/cluster.h"

namespace understudy::controller {

std::string kind_of_change(const core::Record& before, const core::Record& after);

}  // namespace understudy::controller

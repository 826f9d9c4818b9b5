// What of a configuration that was read again counts at once, and what only after a restart. Pure.
//
// At once: what is observed and said (the log's level, the collectors, what the web server is
// checked for). After a restart: who the host is, where it listens, whom it obeys, and everything
// that acts on the database, the load balancer or the virtual address.
#pragma once

#include <string>
#include <vector>

#include "agent/config.h"

namespace understudy::agent {

struct ReloadPlan {
    AgentConfig in_force;                    // from here on
    std::vector<std::string> applied;        // the keys that differ and whose new values these are
    std::vector<std::string> needs_restart;  // those that differ and whose old values these are
};

// Keys are named as the file has them; a section that came or went by its own name alone. Of a
// secret its content counts.
ReloadPlan plan_reload(const AgentConfig& running, const AgentConfig& fresh);

}  // namespace understudy::agent

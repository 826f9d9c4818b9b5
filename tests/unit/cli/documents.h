// The controller's documents as its API gives them.
#pragma once

#include <nlohmann/json.hpp>

namespace understudy::cli::test {

// A protected site: web1 primary, web2 in sync.
nlohmann::json protected_status();

// A failover's history entry, after one that is no event.
nlohmann::json failover_history();

}  // namespace understudy::cli::test

// The servers of one HAProxy backend, as its statistics show them.
#pragma once

#include <map>
#include <string>

#include "adapters/haproxy/stat_table.h"
#include "core/facts.h"
#include "core/identity.h"

namespace understudy::adapters {

struct ServerState {
    std::string status;  // as HAProxy says it: "UP", "UP 1/2", "DOWN (agent)", "MAINT", "no check"
    bool checked = false;  // HAProxy checks it
    core::ProxyServerFacts facts;
};

struct ServerPool {
    std::string backend;
    bool exists = false;  // in the running HAProxy
    std::map<core::HostName, ServerState> servers;

    [[nodiscard]] const ServerState* find(const core::HostName& server) const;
};

// The rows of type "server" of `backend` in the table.
ServerPool pool_from(const StatTable& table, const std::string& backend);

}  // namespace understudy::adapters

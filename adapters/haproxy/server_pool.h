// The servers of one HAProxy backend, as its statistics show them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/haproxy/stat_table.h"
#include "core/facts.h"
#include "core/identity.h"

namespace understudy::adapters {

struct ServerState {
    std::string status;  // as HAProxy says it: "UP", "UP 1/2", "DOWN (agent)", "MAINT", "no check"
    bool checked = false;  // HAProxy checks it
    core::ProxyServerFacts facts;
};

// HAProxy's names of the servers of one backend, by host, where they are not the hosts' own.
using ServerNames = std::map<core::HostName, std::string>;

struct ServerPool {
    std::string backend;
    bool exists = false;  // in the running HAProxy
    // By host. A server that has the name of a host, but is not the one that ServerNames gives to
    // it, stands here as "BACKEND/NAME": no host, so no route lists it.
    std::map<core::HostName, ServerState> servers;
    ServerNames names{};
    // What keeps routes from holding, though every command is taken.
    std::vector<std::string> flaws{};

    [[nodiscard]] const ServerState* find(const core::HostName& host) const;
    // In commands and answers.
    [[nodiscard]] std::string name_of(const core::HostName& host) const;
};

// The sentence that names the missing server, and those that are there.
std::string absence(const ServerPool& pool, const core::HostName& host);

// The rows of type "server" of `backend` in the table.
ServerPool pool_from(const StatTable& table, const std::string& backend, const ServerNames& names);

}  // namespace understudy::adapters

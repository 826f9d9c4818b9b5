#include "adapters/haproxy/server_pool.h"

#include <string_view>

namespace understudy::adapters {
namespace {

constexpr std::string_view kServerType = "2";  // 0 frontend, 1 backend, 2 server, 3 listener

// Of the states a server can be in, these get new connections: "UP", "UP 1/2" (about to fall),
// "no check". "NOLB" and "DRAIN" keep old ones only.
bool takes_connections(std::string_view status) {
    return status.starts_with("UP") || status == "no check";
}

// "L4OK", "L6OK", "L7OK", "L7OKC"; while the next check runs the last result follows a star.
bool passes(std::string_view check) {
    return check.starts_with("L4OK") || check.starts_with("L6OK") || check.starts_with("L7OK");
}

std::string_view without_star(std::string_view check) {
    if (check.starts_with("* ")) check.remove_prefix(2);
    return check;
}

}  // namespace

const ServerState* ServerPool::find(const core::HostName& server) const {
    const auto found = servers.find(server);
    return found == servers.end() ? nullptr : &found->second;
}

ServerPool pool_from(const StatTable& table, const std::string& backend) {
    ServerPool pool{backend, true, {}};
    const auto proxy = table.column("pxname");
    const auto name = table.column("svname");
    const auto type = table.column("type");
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (table.text(row, proxy) != backend || table.text(row, type) != kServerType) continue;
        ServerState state;
        state.status = table.text(row, table.column("status"));
        const auto check = without_star(table.text(row, table.column("check_status")));
        state.checked = !check.empty();
        state.facts.up = takes_connections(state.status);
        state.facts.draining = state.status.starts_with("DRAIN");
        state.facts.check_passes = passes(check);
        state.facts.last_check = check;
        state.facts.sessions =
            static_cast<int>(table.number(row, table.column("scur")).value_or(0));
        pool.servers.emplace(core::HostName(std::string(table.text(row, name))), std::move(state));
    }
    return pool;
}

}  // namespace understudy::adapters

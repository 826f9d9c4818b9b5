#include "adapters/haproxy/server_pool.h"

#include <algorithm>
#include <string_view>

namespace understudy::adapters {
namespace {

constexpr std::string_view kServerType = "2";  // 0 frontend, 1 backend, 2 server, 3 listener
constexpr double kLeastChecks = 2;

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

// Of which host this server is.
core::HostName host_of(const std::string& server, const ServerPool& pool) {
    const auto named = std::find_if(pool.names.begin(), pool.names.end(),
                                    [&](const auto& entry) { return entry.second == server; });
    if (named != pool.names.end()) return named->first;
    core::HostName same(server);
    return pool.names.contains(same) ? core::HostName(pool.backend + "/" + server) : same;
}

// A check that was in flight would undo a route.
std::string flaw_of_checks(const StatTable& table, std::size_t row, const std::string& server,
                           const std::string& backend) {
    const auto rise = table.number(row, table.column("check_rise"));
    const auto fall = table.number(row, table.column("check_fall"));
    if (rise.value_or(kLeastChecks) >= kLeastChecks && fall.value_or(kLeastChecks) >= kLeastChecks)
        return {};
    return "server " + server + " in backend " + backend +
           " has rise or fall below 2, so a single check undoes a route; set both to 2 or more";
}

}  // namespace

const ServerState* ServerPool::find(const core::HostName& host) const {
    const auto found = servers.find(host);
    return found == servers.end() ? nullptr : &found->second;
}

std::string ServerPool::name_of(const core::HostName& host) const {
    const auto found = names.find(host);
    if (found != names.end()) return found->second;
    const std::string own = backend + "/";
    return host.value.starts_with(own) ? host.value.substr(own.size()) : host.value;
}

std::string absence(const ServerPool& pool, const core::HostName& host) {
    const auto server = pool.name_of(host);
    std::string text = "the running HAProxy has no server " + server + " in backend " +
                       pool.backend + " for the host " + host.value + ", but";
    for (const auto& [other, state] : pool.servers) text += " " + pool.name_of(other);
    return text + (pool.servers.empty() ? " none" : "") +
           "; compare its configuration, or give its name in haproxy.server_names";
}

ServerPool pool_from(const StatTable& table, const std::string& backend, const ServerNames& names) {
    ServerPool pool{backend, true, {}, names, {}};
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
        const std::string server(table.text(row, name));
        if (state.checked) {
            auto flaw = flaw_of_checks(table, row, server, backend);
            if (!flaw.empty()) pool.flaws.push_back(std::move(flaw));
        }
        pool.servers.emplace(host_of(server, pool), std::move(state));
    }
    for (const auto& [host, server] : names) {
        if (pool.find(host) == nullptr) pool.flaws.push_back(absence(pool, host));
    }
    return pool;
}

}  // namespace understudy::adapters

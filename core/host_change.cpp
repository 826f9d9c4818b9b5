#include "core/host_change.h"

#include <algorithm>
#include <utility>

#include "core/transitions.h"

namespace understudy::core {

namespace {

using Refusal = std::optional<std::string>;

bool serves(Phase phase) {
    return phase == Phase::kAlone || phase == Phase::kAdmitting || phase == Phase::kProtected;
}

bool has_role(const Record& record, const HostName& host, Role role) {
    const auto found = record.roles.find(host);
    return found != record.roles.end() && found->second.role == role;
}

Refusal why_not_detach(const Record& record, const HostName& host) {
    if (host == record.primary) {
        return host.value + " is the primary; move it first: understudy switchover";
    }
    if (has_role(record, host, Role::kDetached)) return host.value + " is detached already";
    return std::nullopt;
}

Refusal why_not_spare(const Record& record, const Topology& topology, const HostName& host) {
    if (host == record.primary) {
        return host.value + " is the primary; move it first: understudy switchover";
    }
    if (record.maintenance.count(host) > 0) return host.value + " is in maintenance already";
    const auto& balancers = topology.load_balancers;
    if (std::find(balancers.begin(), balancers.end(), host) != balancers.end()) {
        return host.value +
               " is a load balancer: stop its HAProxy, and the virtual address moves by itself";
    }
    return std::nullopt;
}

Refusal why_not_rejoin(const Record& record, const HostName& host) {
    if (record.not_rejoined.count(host) > 0) return std::nullopt;
    if (host == record.primary) return host.value + " is the primary";
    if (has_role(record, host, Role::kDetached)) {
        return host.value + " is detached; attach it: understudy attach " + host.value;
    }
    return host.value + " does not wait for a word to rejoin; see: understudy status";
}

Refusal why_not_rebuild(const Record& record, const HostRequest& request) {
    const auto& host = request.host;
    if (host == record.primary) {
        return host.value +
               " is the primary, and holds what counts; move it first: understudy switchover";
    }
    if (has_role(record, host, Role::kRebuilding)) return host.value + " is being rebuilt already";
    if (has_role(record, host, Role::kDetached)) {
        return host.value + " is detached; attach it first: understudy attach " + host.value;
    }
    if (record.in_sync.count(host) > 0 && !request.force) {
        return host.value +
               " is in sync, so there is nothing to mend, and meanwhile it could not take "
               "over; if it is meant: understudy rebuild " +
               host.value + " --force";
    }
    return std::nullopt;
}

// The last one in rotation goes on: nobody would answer.
Refusal why_not_drain(const Record& record, const HostName& host) {
    if (record.drained.count(host) > 0) {
        return host.value + " is drained already, by " + record.drained.at(host);
    }
    const auto& web = record.route.web;
    const bool another = std::any_of(web.begin(), web.end(), [&](const HostName& other) {
        return other != host && record.drained.count(other) == 0 &&
               record.maintenance.count(other) == 0;
    });
    if (another) return std::nullopt;
    return "no other web server is in rotation, so nobody would answer; see which are out, and "
           "why: understudy status";
}

bool has_web_server(const Topology& topology, const HostName& host) {
    const auto& web = topology.web_backends;
    return std::find(web.begin(), web.end(), host) != web.end();
}

// The web servers' rotation does not depend on what the databases are going through.
bool concerns_web(HostChange change) {
    return change == HostChange::kDrain || change == HostChange::kUndrain;
}

Refusal why_not(const Record& record, const Topology& topology, const HostRequest& request) {
    const auto& host = request.host;
    const bool in_time =
        concerns_web(request.change) ? record.phase != Phase::kBootstrap : serves(record.phase);
    if (!in_time) {
        return "the cluster is " + std::string(to_string(record.phase)) +
               "; try again when that has ended";
    }
    const bool database = topology.database(host) != nullptr;
    const bool web = has_web_server(topology, host);
    const bool known =
        database || web ||
        std::count(topology.load_balancers.begin(), topology.load_balancers.end(), host) > 0;
    if (!known) return host.value + " is no host of this cluster; see: understudy status";
    switch (request.change) {
        case HostChange::kDetach:
            return database ? why_not_detach(record, host)
                            : Refusal(host.value + " has no database to detach");
        case HostChange::kAttach:
            return has_role(record, host, Role::kDetached)
                       ? Refusal{}
                       : Refusal(host.value + " is not detached");
        case HostChange::kBeginMaintenance:
            return why_not_spare(record, topology, host);
        case HostChange::kEndMaintenance:
            return record.maintenance.count(host) > 0
                       ? Refusal{}
                       : Refusal(host.value + " is not in maintenance");
        case HostChange::kRejoin:
            return why_not_rejoin(record, host);
        case HostChange::kRebuild:
            return database ? why_not_rebuild(record, request)
                            : Refusal(host.value + " has no database to rebuild");
        case HostChange::kDrain:
            return web ? why_not_drain(record, host)
                       : Refusal(host.value + " has no web server to drain");
        case HostChange::kUndrain:
            return record.drained.count(host) > 0 ? Refusal{}
                                                  : Refusal(host.value + " is not drained");
    }
    return "nothing to do";
}

void detach(Record& record, const HostName& host, WallTime now) {
    const auto needed = static_cast<std::size_t>(record.acknowledgements);
    const bool others_suffice = record.in_sync.size() > needed;
    if (has_role(record, host, Role::kReplicaInSync) && !others_suffice) {
        clear_in_sync(record);
        record.phase = Phase::kAlone;
        record.phase_since = now;
    }
    record.tell(host, Role::kDetached);
    // Its next report is of after the host's last acknowledgement: by that the others are measured.
    if (!record.primary.empty()) record.tell(record.primary, record.roles.at(record.primary).role);
    record.rebuild_asked.erase(host);
    record.not_rejoined.erase(host);
}

void rejoin(Record& record, const HostName& host) {
    record.not_rejoined.erase(host);
    record.tell(host, Role::kReplicaCatchingUp, record.primary);
}

}  // namespace

std::string_view to_string(HostChange change) {
    switch (change) {
        case HostChange::kDetach:
            return "detached";
        case HostChange::kAttach:
            return "attached";
        case HostChange::kBeginMaintenance:
            return "maintenance_begun";
        case HostChange::kEndMaintenance:
            return "maintenance_ended";
        case HostChange::kRejoin:
            return "rejoin_asked";
        case HostChange::kRebuild:
            return "rebuild_asked";
        case HostChange::kDrain:
            return "drained";
        case HostChange::kUndrain:
            return "undrained";
    }
    return "unknown";
}

tl::expected<Record, std::string> changed(const Record& record, const Topology& topology,
                                          const HostRequest& request, WallTime now) {
    if (auto refusal = why_not(record, topology, request)) {
        return tl::unexpected<std::string>(std::move(*refusal));
    }
    Record next = record;
    next.revision.value += 1;
    switch (request.change) {
        case HostChange::kDetach:
            detach(next, request.host, now);
            break;
        case HostChange::kAttach:
            next.tell(request.host, Role::kReplicaCatchingUp, next.primary);
            break;
        case HostChange::kBeginMaintenance:
            next.maintenance.emplace(request.host, request.reason);
            break;
        case HostChange::kEndMaintenance:
            next.maintenance.erase(request.host);
            break;
        case HostChange::kRejoin:
            rejoin(next, request.host);
            break;
        case HostChange::kRebuild:
            if (next.not_rejoined.count(request.host) > 0) rejoin(next, request.host);
            next.rebuild_asked.emplace(request.host, request.reason);
            break;
        case HostChange::kDrain:
            next.drained.emplace(request.host, request.reason);
            break;
        case HostChange::kUndrain:
            next.drained.erase(request.host);
            break;
    }
    return next;
}

}  // namespace understudy::core

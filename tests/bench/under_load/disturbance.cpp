#include "tests/bench/under_load/disturbance.h"

#include <utility>

#include "tests/stack/cluster_status.h"
#include "tests/stack/containers.h"
#include "tests/stack/load_balancers.h"
#include "tests/stack/settled_pair.h"
#include "tests/stack/site.h"

namespace understudy::bench {

namespace {

using namespace std::chrono_literals;

constexpr auto kSettledDeadline = 300s;
constexpr auto kOverDeadline = 30s;
constexpr auto kBackDeadline = 90s;

// Servers alternate, and after two rounds the service.
std::string web_server(int round) { return round % 2 == 0 ? "web1" : "web2"; }

core::Result<Happening> switch_over() {
    const auto settled = stack::await_settled_pair(kSettledDeadline);
    if (!settled) return tl::unexpected(settled.error());
    const auto target = stack::peer_of(settled->primary);
    Happening happening{settled->primary + " to " + target, stack::wall_now(), {}};
    if (auto done = stack::understudy({"switchover"}, 60s); !done) {
        return tl::unexpected(done.error());
    }
    stack::LoadBalancers balancers;
    if (auto done = balancers.await_writer(target, kOverDeadline); !done) {
        return tl::unexpected(done.error());
    }
    happening.over = stack::wall_now();
    return happening;
}

core::Result<Happening> kill_primary() {
    const auto settled = stack::await_settled_pair(kSettledDeadline);
    if (!settled) return tl::unexpected(settled.error());
    const auto target = stack::peer_of(settled->primary);
    const auto mysqld = stack::main_process(settled->primary + "-mysql", "mysqld");
    if (!mysqld) return tl::unexpected(mysqld.error());
    Happening happening{settled->primary + " killed", {}, {}};
    const auto killed = mysqld->kill();
    if (!killed) return tl::unexpected(killed.error());
    happening.begun = *killed;
    stack::LoadBalancers balancers;
    if (auto done = balancers.await_writer(target, kOverDeadline); !done) {
        return tl::unexpected(done.error());
    }
    happening.over = stack::wall_now();
    if (auto done = stack::await_protected(kSettledDeadline); !done) {
        return tl::unexpected(done.error());
    }
    return happening;
}

core::Result<void> await_both_in_rotation(stack::LoadBalancers& balancers) {
    for (const auto* const server : {"web1", "web2"}) {
        if (auto done = balancers.await_in_rotation(server, kBackDeadline); !done) return done;
    }
    return {};
}

core::Result<Happening> kill_backend(int round) {
    const auto server = web_server(round);
    const auto& [part, command] =
        round / 2 % 2 == 0 ? std::pair{"-php", "php-fpm8.4"} : std::pair{"-nginx", "nginx"};
    const auto service = server + part;
    stack::LoadBalancers balancers;
    if (auto done = await_both_in_rotation(balancers); !done) return tl::unexpected(done.error());
    if (auto done = stack::await_settled_process(service, command, kSettledDeadline); !done) {
        return tl::unexpected(done.error());
    }
    const auto processes = stack::processes_named(service, command);
    if (!processes) return tl::unexpected(processes.error());
    Happening happening{service + " killed", stack::wall_now(), {}};
    for (const auto pid : *processes) {
        const auto process = stack::Process::find(pid, command);
        if (!process) continue;  // a worker ends with its master
        if (const auto killed = process->kill(); !killed) return tl::unexpected(killed.error());
    }
    if (auto done = balancers.await_out_of_rotation(server, kOverDeadline); !done) {
        return tl::unexpected(done.error());
    }
    happening.over = stack::wall_now();
    if (auto done = await_both_in_rotation(balancers); !done) return tl::unexpected(done.error());
    return happening;
}

core::Result<Happening> drain(int round) {
    const auto server = web_server(round);
    stack::LoadBalancers balancers;
    if (auto done = await_both_in_rotation(balancers); !done) return tl::unexpected(done.error());
    Happening happening{server + " drained", stack::wall_now(), {}};
    const auto drained = stack::understudy({"drain", server}, 60s);
    happening.over = stack::wall_now();
    if (auto back = stack::understudy({"undrain", server}, 20s); !back) {
        return tl::unexpected(back.error());
    }
    if (!drained) return tl::unexpected(drained.error());
    if (auto done = await_both_in_rotation(balancers); !done) return tl::unexpected(done.error());
    return happening;
}

}  // namespace

const char* name_of(Disturbance disturbance) {
    switch (disturbance) {
        case Disturbance::kSwitchover:
            return "switchover";
        case Disturbance::kPrimaryKill:
            return "primary-kill";
        case Disturbance::kBackendKill:
            return "backend-kill";
        case Disturbance::kDrain:
            return "drain";
    }
    return "";
}

core::Result<Happening> disturb(Disturbance disturbance, int round) {
    switch (disturbance) {
        case Disturbance::kSwitchover:
            return switch_over();
        case Disturbance::kPrimaryKill:
            return kill_primary();
        case Disturbance::kBackendKill:
            return kill_backend(round);
        case Disturbance::kDrain:
            return drain(round);
    }
    return core::failure(core::ErrorCode::kInvalid, "disturb", "no such disturbance");
}

}  // namespace understudy::bench

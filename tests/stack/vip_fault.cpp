#include "tests/stack/vip_fault.h"

#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "tests/stack/containers.h"
#include "tests/stack/load_balancers.h"
#include "tests/stack/network_cut.h"
#include "tests/stack/process.h"
#include "tests/stack/wait.h"

namespace understudy::stack {

namespace {

// Of the process that holds the address; its parent starts it and is called after the program.
constexpr const char* kKeepalivedChild = "keepalived_vrrp";

core::Result<core::WallTime> kill_keepalived(const std::string& server) {
    const auto service = server + "-keepalived";
    const auto parent = main_process(service, "keepalived");
    if (!parent) return tl::unexpected(parent.error());
    const auto children = processes_named(service, kKeepalivedChild);
    if (!children) return tl::unexpected(children.error());
    const auto killed = parent->kill();
    for (const auto pid : *children) {
        const auto child = Process::find(pid, kKeepalivedChild);
        // It may have ended with its parent already.
        if (!child && child.error().code == core::ErrorCode::kNotFound) continue;
        if (!child) return tl::unexpected(child.error());
        if (auto done = child->kill(); !done && done.error().number != ESRCH) return done;
    }
    return killed;
}

// Master and worker.
core::Result<std::vector<Process>> signal_haproxy(const std::string& server, int number) {
    const auto pids = processes_named(server + "-haproxy", "haproxy");
    if (!pids) return tl::unexpected(pids.error());
    std::vector<Process> signalled;
    for (const auto pid : *pids) {
        auto process = Process::find(pid, "haproxy");
        // A worker may have ended with its master already.
        if (!process && process.error().code == core::ErrorCode::kNotFound) continue;
        if (!process) return tl::unexpected(process.error());
        if (auto sent = process->signal(number); !sent && sent.error().number != ESRCH) {
            return tl::unexpected(sent.error());
        }
        signalled.push_back(std::move(*process));
    }
    return signalled;
}

std::string what_is_missing(const std::string& server) {
    const auto children = processes_named(server + "-keepalived", kKeepalivedChild);
    if (!children) return describe(children.error());
    if (children->size() != 1) return "keepalived does not run on " + server;
    LoadBalancers balancers;
    const auto facts = balancers.facts(server);
    if (!facts) return describe(facts.error());
    for (const auto& [host, web] : facts->web) {
        if (!web.check_passes) return "HAProxy on " + server + " does not reach " + host.value;
    }
    const auto containers = all_containers();
    if (!containers) return describe(containers.error());
    for (const auto& container : *containers) {
        if (container.service.rfind(server, 0) == 0 && container.health != "healthy") {
            return container.service + " is not healthy";
        }
    }
    return "";
}

std::string not_alone(const std::string& holder) {
    const auto found = holder_of_vip();
    if (!found) return describe(found.error());
    return *found == holder ? "" : *found + " holds it";
}

}  // namespace

struct BrokenHolder::Undo {
    std::optional<NetworkCut> cut;
    std::vector<Process> stopped;
};

const char* name_of(VipFault fault) {
    switch (fault) {
        case VipFault::kServerCutOff:
            return "server_cut_off";
        case VipFault::kHaproxyKilled:
            return "haproxy_killed";
        case VipFault::kHaproxyHung:
            return "haproxy_hung";
        case VipFault::kKeepalivedKilled:
            break;
    }
    return "keepalived_killed";
}

BrokenHolder::BrokenHolder(core::WallTime since, std::unique_ptr<Undo> undo)
    : since_(since), undo_(std::move(undo)) {}
BrokenHolder::BrokenHolder(BrokenHolder&& other) noexcept = default;
BrokenHolder::~BrokenHolder() { static_cast<void>(mend()); }

core::Result<BrokenHolder> BrokenHolder::of(const std::string& server, VipFault fault) {
    auto undo = std::make_unique<Undo>();
    auto since = wall_now();
    if (fault == VipFault::kServerCutOff) {
        auto cut = NetworkCut::of(server);
        if (!cut) return tl::unexpected(cut.error());
        undo->cut.emplace(std::move(*cut));
    } else if (fault == VipFault::kKeepalivedKilled) {
        const auto killed = kill_keepalived(server);
        if (!killed) return tl::unexpected(killed.error());
        since = *killed;
    } else {
        const bool hangs = fault == VipFault::kHaproxyHung;
        auto signalled = signal_haproxy(server, hangs ? SIGSTOP : SIGKILL);
        if (!signalled) return tl::unexpected(signalled.error());
        if (hangs) undo->stopped = std::move(*signalled);
    }
    return BrokenHolder(since, std::move(undo));
}

core::Result<void> BrokenHolder::mend() {
    const auto undo = std::exchange(undo_, nullptr);
    if (!undo) return {};
    for (const auto& process : undo->stopped) {
        if (auto done = process.signal(SIGCONT); !done) return done;
    }
    return undo->cut ? undo->cut->mend() : core::Result<void>{};
}

core::Result<void> await_holder(const std::string& holder, core::Millis deadline) {
    return wait_until("the virtual address on " + holder + " alone", deadline,
                      [&] { return not_alone(holder); });
}

core::Result<void> await_whole_pair(const std::string& server, const std::string& holder,
                                    core::Millis deadline) {
    return wait_until(server + " as whole as before", deadline, [&] {
        const auto alone = not_alone(holder);
        return alone.empty() ? what_is_missing(server) : alone;
    });
}

}  // namespace understudy::stack

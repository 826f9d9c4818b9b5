#include "tests/bench/rejoin/fault.h"

#include <csignal>
#include <vector>

#include "tests/stack/containers.h"
#include "tests/stack/network_cut.h"
#include "tests/stack/process.h"

namespace understudy::bench {

using namespace std::chrono_literals;

namespace {

constexpr core::Millis kEndDeadline{10'000};

core::Result<core::WallTime> kill_mysqld(const std::string& server) {
    const auto mysqld = stack::main_process(server + "-mysql", "mysqld");
    if (!mysqld) return tl::unexpected(mysqld.error());
    const auto killed = mysqld->kill();
    if (!killed) return tl::unexpected(killed.error());
    if (auto ended = mysqld->await_end(kEndDeadline); !ended) return tl::unexpected(ended.error());
    return *killed;
}

// All of a server's processes but those that hold its namespaces; they go on when this is gone.
class Frozen {
  public:
    static core::Result<Frozen> server(const std::string& name) {
        Frozen frozen;
        for (const std::string command : {"mysqld", "understudy-agen", "nginx", "php-fpm8.4"}) {
            const auto pids = stack::processes_named(name + "-mysql", command);
            if (!pids) return tl::unexpected(pids.error());
            for (const auto pid : *pids) {
                auto process = stack::Process::find(pid, command);
                if (!process) continue;
                if (auto sent = process->signal(SIGSTOP); !sent) {
                    return tl::unexpected(sent.error());
                }
                frozen.processes_.push_back(std::move(*process));
            }
        }
        return frozen;
    }
    ~Frozen() { thaw(); }
    Frozen(Frozen&&) = default;
    Frozen& operator=(Frozen&&) = delete;
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;

    void thaw() {
        for (const auto& process : processes_) static_cast<void>(process.signal(SIGCONT));
        processes_.clear();
    }

  private:
    Frozen() = default;
    std::vector<stack::Process> processes_;
};

}  // namespace

const char* name_of(Fault fault) {
    switch (fault) {
        case Fault::kKill:
            return "kill";
        case Fault::kCutThenKill:
            return "cut, then kill";
        case Fault::kFreeze:
            break;
    }
    return "freeze";
}

core::Result<FaultTimes> inflict(
    Fault fault, const std::string& primary,
    const std::function<core::Result<void>(core::WallTime)>& superseded) {
    const auto begun = stack::wall_now();
    if (fault == Fault::kKill) {
        const auto killed = kill_mysqld(primary);
        if (!killed) return tl::unexpected(killed.error());
        if (auto done = superseded(*killed); !done) return tl::unexpected(done.error());
        return FaultTimes{*killed, *killed};
    }
    if (fault == Fault::kFreeze) {
        auto frozen = Frozen::server(primary);
        if (!frozen) return tl::unexpected(frozen.error());
        if (auto done = superseded(begun); !done) return tl::unexpected(done.error());
        frozen->thaw();
        return FaultTimes{begun, stack::wall_now()};
    }
    auto cut = stack::NetworkCut::of(primary);
    if (!cut) return tl::unexpected(cut.error());
    if (auto done = superseded(begun); !done) return tl::unexpected(done.error());
    // Its agent may have been first: a primary that hangs is killed.
    const auto killed = kill_mysqld(primary);
    if (!killed && killed.error().code != core::ErrorCode::kNotFound) {
        return tl::unexpected(killed.error());
    }
    if (auto mended = cut->mend(); !mended) return tl::unexpected(mended.error());
    return FaultTimes{begun, stack::wall_now()};
}

}  // namespace understudy::bench

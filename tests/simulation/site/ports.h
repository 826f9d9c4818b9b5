// The production ports over the models. Calls take virtual time: the calling task is suspended.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "ports/assignment_store.h"
#include "ports/database.h"
#include "ports/load_balancer.h"
#include "ports/state_store.h"
#include "ports/witnesses.h"
#include "tests/simulated/state_store.h"
#include "tests/simulation/engine/host_clock.h"
#include "tests/simulation/engine/task.h"
#include "tests/simulation/model/proxy.h"

namespace understudy::simulation {

// What goes wrong between a caller and what it calls.
struct Mishaps {
    double lost_reply = 0;  // done, but answered by a time-out
    double failure = 0;     // not done
};

class SimulatedDatabase final : public ports::Database {
  public:
    SimulatedDatabase(Engine& engine, MysqlServer& server, const HostClock& clock,
                      const Mishaps& mishaps)
        : engine_(engine), server_(server), clock_(clock), mishaps_(mishaps) {}

    void run_on(Task& task) { task_ = &task; }
    core::Result<core::DatabaseFacts> observe(core::Millis deadline) override;
    core::Result<void> perform(const core::Step& step, core::Millis deadline) override;

  private:
    core::Result<void> reach(Micros time, core::Millis deadline);
    core::Result<void> carry_out(const core::Step& step, Micros until);
    core::Result<void> change_replication(std::function<void()> change, Micros until);
    core::Result<void> drain(const core::Step& step, Micros until);
    core::Result<void> close(Micros until);
    core::Result<void> stop_applied(Micros until);

    Engine& engine_;
    MysqlServer& server_;
    const HostClock& clock_;
    const Mishaps& mishaps_;
    Task* task_ = nullptr;
    std::uint64_t logged_into_ = 0;  // the incarnation; logging in anew may be impossible
};

class SimulatedHeartbeat final : public ports::Heartbeat {
  public:
    SimulatedHeartbeat(Engine& engine, MysqlServer& server) : engine_(engine), server_(server) {}

    void run_on(Task& task) { task_ = &task; }
    core::Result<void> beat(core::WallTime now, core::Millis deadline) override;

  private:
    Engine& engine_;
    MysqlServer& server_;
    Task* task_ = nullptr;
    std::uint64_t beat_ = 0;  // answers of earlier ones are of no interest
};

class SimulatedLoadBalancer final : public ports::LoadBalancer {
  public:
    explicit SimulatedLoadBalancer(Proxy& proxy) : proxy_(proxy) {}

    void run_on(Task& task) { task_ = &task; }
    core::Result<core::LoadBalancerFacts> observe(core::Millis deadline) override;
    core::Result<void> apply(const core::Route& route, core::Millis deadline) override;
    // Another look would see what the last one saw.
    [[nodiscard]] bool as_last_seen() const { return seen_ == proxy_.sight(); }

  private:
    Proxy& proxy_;
    Task* task_ = nullptr;
    std::optional<std::uint64_t> seen_;
};

class SimulatedWitnesses final : public ports::Witnesses {
  public:
    // Asks one host's agent; calls back, if at all, when its answer arrives.
    using Ask = std::function<void(const core::HostName& host, core::Epoch epoch,
                                   std::function<void(bool granted)> reply)>;

    SimulatedWitnesses(Engine& engine, Ask ask) : engine_(engine), ask_(std::move(ask)) {}

    void run_on(Task& task) { task_ = &task; }
    int ask(core::Epoch epoch, const std::vector<core::Witness>& witnesses,
            core::Millis deadline) override;

  private:
    struct Round {
        std::set<core::HostName> heard;
        int answered = 0;
        int granted = 0;
    };

    Engine& engine_;
    Ask ask_;
    Task* task_ = nullptr;
    std::shared_ptr<Round> round_;
};

// One controller's way to the store that all controllers share.
class SimulatedStore final : public ports::StateStore {
  public:
    using OnWrite = std::function<void(const core::Record& next, const ports::HistoryEntry& entry)>;

    using BeforeWrite = std::function<void(const core::Record& next)>;

    // A store that `believes_timeouts` takes an unknown outcome for a failure: a mutant.
    SimulatedStore(Engine& engine, simulated::StateStore& shared, const Mishaps& mishaps,
                   OnWrite on_write, BeforeWrite before_write, bool believes_timeouts)
        : engine_(engine),
          shared_(shared),
          mishaps_(mishaps),
          on_write_(std::move(on_write)),
          before_write_(std::move(before_write)),
          believes_timeouts_(believes_timeouts) {}

    void run_on(Task& task) { task_ = &task; }
    core::Result<std::optional<core::Record>> load() override;
    core::Result<void> compare_and_swap(core::Revision expected, const core::Record& next,
                                        const ports::HistoryEntry& entry) override;
    core::Result<std::vector<ports::HistoryEntry>> history(int limit) override;

  private:
    Engine& engine_;
    simulated::StateStore& shared_;
    const Mishaps& mishaps_;
    OnWrite on_write_;
    BeforeWrite before_write_;
    bool believes_timeouts_;
    std::optional<core::Record> believed_;
    Task* task_ = nullptr;
};

}  // namespace understudy::simulation

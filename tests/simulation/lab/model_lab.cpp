// The lab of two servers of the simulation's model, reached by the simulated ports. Time is
// virtual.
#include <list>
#include <optional>

#include "tests/contract/agreement/agreement.h"
#include "tests/simulation/engine/task.h"
#include "tests/simulation/site/ports.h"

namespace understudy::contract {
namespace {

using namespace simulation;

// Port calls suspend the task that they are made from.
class Caller {
  public:
    explicit Caller(EventQueue& queue) : queue_(queue) {}

    template <class Port, class Call>
    auto call(Port& port, Call what) {
        std::optional<decltype(what())> answer;
        // Kept: events that were not needed in the end still name it.
        Task& task = tasks_.emplace_back(queue_, [&](Task& self) {
            port.run_on(self);
            answer.emplace(what());
        });
        task.start();
        while (!answer) queue_.run(queue_.now() + 100us);
        return *std::move(answer);
    }

  private:
    EventQueue& queue_;
    std::list<Task> tasks_;
};

class ModelDatabase final : public ports::Database {
  public:
    ModelDatabase(Caller& caller, SimulatedDatabase database)
        : caller_(caller), database_(std::move(database)) {}

    core::Result<core::DatabaseFacts> observe(core::Millis deadline) override {
        return caller_.call(database_, [&] { return database_.observe(deadline); });
    }
    core::Result<void> perform(const core::Step& step, core::Millis deadline) override {
        return caller_.call(database_, [&] { return database_.perform(step, deadline); });
    }

  private:
    Caller& caller_;
    SimulatedDatabase database_;
};

class ModelHeartbeat final : public ports::Heartbeat {
  public:
    ModelHeartbeat(Caller& caller, SimulatedHeartbeat heartbeat)
        : caller_(caller), heartbeat_(std::move(heartbeat)) {}

    core::Result<void> beat(core::WallTime now, core::Millis deadline) override {
        return caller_.call(heartbeat_, [&] { return heartbeat_.beat(now, deadline); });
    }

  private:
    Caller& caller_;
    SimulatedHeartbeat heartbeat_;
};

class ModelSession final : public LabSession {
  public:
    ModelSession(EventQueue& queue, MysqlServer& server) : queue_(queue), server_(server) {
        session_->on_close = [ending = ending_] {
            if (*ending == Ending::kWaits) *ending = Ending::kUnknown;
        };
        server_.attach(session_);
    }
    ~ModelSession() override { session_->open = false; }

    void begin(bool blocks_logins) {
        *ending_ = session_->open ? Ending::kWaits : Ending::kUnknown;
        server_.write(session_, blocks_logins, [ending = ending_](bool committed) {
            *ending = committed ? Ending::kAcknowledged : Ending::kRefused;
        });
    }
    void begin_write() override { begin(false); }
    Ending ending(Millis within) override {
        const Micros until = queue_.now() + within;
        while (*ending_ == Ending::kWaits && queue_.now() < until) queue_.run(queue_.now() + 1ms);
        return *ending_;
    }

  private:
    EventQueue& queue_;
    MysqlServer& server_;
    std::shared_ptr<Session> session_ = std::make_shared<Session>();
    std::shared_ptr<Ending> ending_ = std::make_shared<Ending>(Ending::kWaits);
};

class ModelLab final : public Lab {
  public:
    ModelLab() {
        for (int i = 0; i < 2; ++i) {
            servers_.push_back(
                std::make_unique<MysqlServer>(engine_, network_, servers_, i, events_));
        }
        for (auto& server : servers_) {
            server->boot(++incarnation_);
            databases_.emplace_back(caller_, SimulatedDatabase(engine_, *server, clock_, mishaps_));
            heartbeats_.emplace_back(caller_, SimulatedHeartbeat(engine_, *server));
        }
    }

    ports::Database& database(Side side) override {
        return *std::next(databases_.begin(), index(side));
    }
    ports::Heartbeat& heartbeat(Side side) override {
        return *std::next(heartbeats_.begin(), index(side));
    }
    [[nodiscard]] core::Address address(Side side) const override {
        return {database_name(index(side)).value, 3306};
    }

    std::unique_ptr<LabSession> log_in(Side side, Millis within) override {
        const Micros until = engine_.queue.now() + within;
        while (!at(side).answers() || !at(side).accepts_logins()) {
            if (engine_.queue.now() >= until) return nullptr;
            pass(Millis{1});
        }
        return std::make_unique<ModelSession>(engine_.queue, at(side));
    }
    std::unique_ptr<LabSession> create_account(Side side) override {
        auto session = std::make_unique<ModelSession>(engine_.queue, at(side));
        session->begin(true);
        return session;
    }

    void stop_applier(Side side) override { at(side).stop_applier(); }
    void stop_replica(Side side) override { EXPECT_TRUE(at(side).stop_replication()); }
    void repoint(Side side, Side source) override { at(side).follow(index(source)); }
    void lose_last_transaction(Side side) override { at(side).lose_last_transaction(); }
    void purge_logs(Side side) override {
        at(side).rotate_log();
        at(side).purge_logs();
    }

    void kill_hard(Side side) override {
        at(side).die();
        review();
    }
    void ask_to_end(Side side) override {
        at(side).shut_down();
        review();
    }
    void await_end(Side side) override {
        while (at(side).running()) pass(Millis{1});
        review();
    }
    void start(Side side) override {
        pass(Millis{500});
        at(side).boot(++incarnation_);
        review();
    }
    core::RewindPlan rewind(Side side, const core::GtidSet& promotion_point) override {
        auto plan =
            core::plan_rewind(at(side).last_log(), {uuid_of(index(side)), promotion_point, true});
        if (plan.verdict == core::RewindVerdict::kCut) {
            EXPECT_EQ(at(side).cut(plan.offset), 0U) << "the engine had committed it";
        }
        return plan;
    }

    void pass(Millis time) override { engine_.queue.run(engine_.queue.now() + time); }

  private:
    static int index(Side side) { return static_cast<int>(side); }
    MysqlServer& at(Side side) { return *servers_.at(static_cast<std::size_t>(side)); }
    void review() {
        for (auto& server : servers_) server->review_streams();
    }

    Engine engine_{1, Trace::Mode::kHash};
    Network network_{engine_, 2};
    ServerEvents events_;
    MysqlServer::Peers servers_;
    HostClock clock_{engine_.queue, Micros{0}, 0};
    Mishaps mishaps_;
    Caller caller_{engine_.queue};
    std::list<ModelDatabase> databases_;
    std::list<ModelHeartbeat> heartbeats_;
    std::uint64_t incarnation_ = 0;
};

std::unique_ptr<Lab> make_model_lab() { return std::make_unique<ModelLab>(); }

INSTANTIATE_TEST_SUITE_P(Model, Agreement, testing::Values(&make_model_lab),
                         [](const auto&) { return std::string("model"); });

}  // namespace
}  // namespace understudy::contract

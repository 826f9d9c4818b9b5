#include "tests/simulation/site/agent_process.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

namespace {

constexpr core::Millis kBeatDeadline{5000};
// Looks at HAProxy that would see what the last one saw change nothing, and are most of what
// agents do; so many of them in a row are left out.
constexpr int kLooksSpared = 10;

}  // namespace

AgentProcess::DatabaseSide::DatabaseSide(const AgentGround& ground, agent::ReportBoard& board)
    : database(ground.engine, *ground.server, ground.clock, *ground.mishaps),
      heartbeat(ground.engine, *ground.server),
      keeper(ground.policy, ground.clock, database, *ground.assignments, ground.kill_server,
             ground.tell_rejoin, board, ground.seams.next_step),
      canary(ground.clock, heartbeat, keeper),
      witnesses(ground.engine, ground.ask_witness),
      lease(ground.clock, witnesses, keeper.lease()),
      keep(ground.engine.queue,
           [this](Task& task) {
               for (;;) task.wait(keeper.step());
           }),
      ask(ground.engine.queue,
          [this](Task& task) {
              for (;;) task.wait(lease.round());
          }),
      beat(ground.engine.queue, [this, pause = ground.canary_interval](Task& task) {
          for (;;) {
              canary.beat(kBeatDeadline);
              task.busy(pause);
          }
      }) {
    database.run_on(keep);
    heartbeat.run_on(beat);
    witnesses.run_on(ask);
    keeper.on_post([this] {
        keep.wake();
        ask.wake();
    });
}

AgentProcess::BalancerSide::BalancerSide(const AgentGround& ground, agent::ReportBoard& board)
    : balancer(*ground.proxy),
      keeper(ground.clock, balancer, board),
      keep(ground.engine.queue, [this](Task& task) {
          for (;;) {
              const Micros pause = keeper.step();
              task.wait_while(pause, [this, looks = kLooksSpared]() mutable {
                  return balancer.as_last_seen() && --looks > 0;
              });
          }
      }) {
    balancer.run_on(keep);
    keeper.on_post([this] { keep.wake(); });
}

AgentProcess::AgentProcess(const AgentGround& ground, std::uint64_t start)
    : engine_(ground.engine), flaws_(ground.seams.flaws), board_(ground.host, start) {
    board_.on_news([this] {
        if (polls_.empty() || std::exchange(answering_, true)) return;
        engine_.queue.after(Micros{0}, [this] { answer_polls(); });
    });
    if (flaws_.forgets_assignment && ground.assignments != nullptr) *ground.assignments = {};
    if (ground.server != nullptr) database_ = std::make_unique<DatabaseSide>(ground, board_);
    if (ground.proxy != nullptr) balancer_ = std::make_unique<BalancerSide>(ground, board_);
}

bool AgentProcess::start() {
    if (database_ && !database_->keeper.load()) return false;
    alive_ = true;
    each_task([](Task& task) { task.start(); });
    return true;
}

template <class Do>
void AgentProcess::each_task(Do act) {
    if (database_) {
        act(database_->keep);
        act(database_->ask);
        act(database_->beat);
    }
    if (balancer_) act(balancer_->keep);
}

void AgentProcess::kill() {
    alive_ = false;
    polls_.clear();
    each_task([](Task& task) { task.kill(); });
}

void AgentProcess::freeze() {
    each_task([](Task& task) { task.freeze(); });
}

void AgentProcess::thaw() {
    each_task([](Task& task) { task.thaw(); });
}

void AgentProcess::poll(std::uint64_t agent_start, std::uint64_t after, Micros most, Reply reply) {
    if (database_) database_->keeper.controller_heard();
    const auto [start, sequence] = board_.position();
    if (start != agent_start || sequence != after) {
        reply(news());
        return;
    }
    const auto id = ++last_poll_;
    polls_.push_back({id, std::move(reply)});
    engine_.queue.after(most, [this, id] {
        const auto poll = std::find_if(polls_.begin(), polls_.end(),
                                       [id](const Poll& one) { return one.id == id; });
        if (poll == polls_.end()) return;
        const Reply answer = std::move(poll->reply);
        polls_.erase(poll);
        answer(news());
    });
}

AgentProcess::News AgentProcess::news() const {
    return std::make_shared<core::HostReport>(board_.current());
}

void AgentProcess::answer_polls() {
    answering_ = false;
    for (const auto& poll : std::exchange(polls_, {})) poll.reply(news());
}

core::Result<void> AgentProcess::assign(const core::Assignment& assignment) {
    core::Assignment told = assignment;
    highest_token_ = std::max(highest_token_, told.token);
    if (flaws_.accepts_older_assignment) told.token = highest_token_;
    return database_->keeper.accept(told);
}

core::Result<void> AgentProcess::route(const core::Route& route) {
    core::Route told = route;
    if (std::pair(highest_route_.epoch, highest_route_.revision) <
        std::pair(route.epoch, route.revision)) {
        highest_route_ = route;
    }
    if (flaws_.accepts_older_route) {
        told.epoch = highest_route_.epoch;
        told.revision = highest_route_.revision;
    }
    return balancer_->keeper.accept(told);
}

bool AgentProcess::grants(core::Epoch epoch) const {
    return flaws_.grants_anything || ((!database_ || database_->keeper.grants(epoch)) &&
                                      (!balancer_ || balancer_->keeper.grants(epoch)));
}

bool AgentProcess::answers_primary() const {
    return board_.read([](const core::HostReport& report) {
        return report.database && report.database->process == core::ProcessState::kRunning &&
               report.database->answering && report.applied &&
               core::is_primary(report.applied->role) && !report.database->super_read_only;
    });
}

bool AgentProcess::answers_web() const {
    return board_.read(
        [](const core::HostReport& report) { return report.backend && report.backend->healthy; });
}

void AgentProcess::server_started(std::uint64_t incarnation) {
    if (alive_ && database_) database_->keeper.server_started(incarnation);
}

void AgentProcess::server_gone() {
    if (alive_ && database_) {
        database_->keeper.server_gone(core::WallTime{engine_.queue.now()});
    }
}

void AgentProcess::balancer(bool running) {
    if (!alive_ || !balancer_) return;
    running ? balancer_->keeper.balancer_started() : balancer_->keeper.balancer_gone();
}

void AgentProcess::set_backend(bool healthy) {
    board_.publish([healthy](core::HostReport& report) {
        report.backend = core::BackendFacts{healthy, false, healthy ? "" : "simulated"};
        return true;
    });
}

void AgentProcess::set_last_start(const std::optional<core::LastStart>& start) {
    board_.publish([&start](core::HostReport& report) {
        report.last_start = start;
        return true;
    });
}

}  // namespace understudy::simulation

#include "tests/simulation/site/controller_process.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

namespace {

constexpr Micros kTick = 50ms;
constexpr Micros kReportGrace = 500ms;
constexpr Micros kTellDeadline = 1s;
constexpr Micros kFirstBackoff = 50ms;
constexpr Micros kLongestBackoff = 500ms;

Micros next_backoff(Micros& backoff) {
    if (backoff == Micros{0}) backoff = kFirstBackoff;
    return std::exchange(backoff, std::min(backoff * 2, kLongestBackoff));
}

Micros heartbeat(const core::Policy& policy) {
    return std::clamp(policy.host_timeout / 4, core::Millis{25}, core::Millis{1000});
}

}  // namespace

ControllerProcess::ControllerProcess(const ControllerGround& ground)
    : ground_(ground),
      store_(
          ground.engine, ground.store, ground.mishaps, ground.on_write,
          [this](const core::Record& next) { before_writing(next); },
          ground.seams.flaws.timeout_is_failure),
      loop_(ground.topology, ground.policy, store_, ground.clock, ground.seams.decide),
      task_(ground.engine.queue, [this](Task& task) { run(task); }) {
    store_.run_on(task_);
    for (auto* host : ground_.hosts) {
        lines_.push_back(std::make_unique<Line>());
        lines_.back()->host = host;
        line_of_[host->name()] = lines_.back().get();
    }
}

void ControllerProcess::start() {
    alive_ = true;
    task_.start();
}

void ControllerProcess::kill() {
    alive_ = false;
    task_.kill();
}

void ControllerProcess::freeze() {
    frozen_ = true;
    task_.freeze();
}

void ControllerProcess::thaw() {
    frozen_ = false;
    task_.thaw();
    for (auto& act : std::exchange(on_thaw_, {})) act();
}

// Runs now, or when the process runs again; never when it was killed.
template <class Do>
void ControllerProcess::deferred(Do act) {
    if (!alive_) return;
    if (frozen_) {
        on_thaw_.push_back(std::move(act));
    } else {
        act();
    }
}

void ControllerProcess::run(Task& task) {
    while (!loop_.start()) task.busy(200ms);
    for (auto& line : lines_) listen(*line);
    bool at_once = true;
    for (;;) {
        if (!at_once) task.wait(kTick);
        const auto outgoing = loop_.step(std::exchange(inbox_, {}));
        tell(outgoing.telling);
        at_once = outgoing.urgent_work_left;
        ground_.on_step(outgoing);
    }
}

void ControllerProcess::before_writing(const core::Record& next) {
    if (!ground_.seams.flaws.tells_before_writing) return;
    controller::Telling telling;
    for (const auto& [host, role] : next.roles) {
        telling.assignments.emplace_back(host, *core::assignment_for(host, next, ground_.topology));
    }
    tell(telling);
}

void ControllerProcess::post(controller::Event event) {
    if (!alive_) return;
    inbox_.push_back(std::move(event));
    task_.wake();
}

std::vector<core::HostName> ControllerProcess::to_rebuild() const {
    std::vector<core::HostName> hosts;
    for (const auto& [host, why] : loop_.snapshot().needs_rebuild) {
        const bool starts_it_again = why.find("its applier stopped") != std::string::npos;
        if (!starts_it_again) hosts.push_back(host);
    }
    return hosts;
}

void ControllerProcess::listen(Line& line) {
    const auto request = ++line.request;
    line.asked = ground_.clock.now().monotonic;
    const auto most = heartbeat(ground_.policy);
    auto* network = &ground_.network;
    const Node mine = ground_.node;
    const Node theirs = line.host->node();
    const auto answer = [this, &line, request, network, mine,
                         theirs](const AgentProcess::News& report) {
        network->send(theirs, mine, [this, &line, request, report] {
            deferred([this, &line, request, report] { heard(line, request, report); });
        });
    };
    const auto refuse = [this, &line, request, network, mine, theirs] {
        network->send(theirs, mine, [this, &line, request] {
            deferred([this, &line, request] { unheard(line, request, "connection refused"); });
        });
    };
    network->send(
        mine, theirs,
        [host = line.host, start = line.agent_start, after = line.sequence, most, answer, refuse] {
            host->deliver([=](Host& there) {
                if (there.agent_alive()) {
                    there.agent()->poll(start, after, most, answer);
                } else {
                    refuse();
                }
            });
        });
    ground_.engine.queue.after(most + kReportGrace, [this, &line, request] {
        deferred([this, &line, request] { unheard(line, request, "no answer"); });
    });
}

void ControllerProcess::heard(Line& line, std::uint64_t request, const AgentProcess::News& report) {
    if (request != line.request) return;
    line.agent_start = report->agent_start;
    line.sequence = report->sequence;
    line.listen_backoff = Micros{0};
    post(controller::Heard{report, line.asked, ground_.clock.now().monotonic});
    listen(line);
}

void ControllerProcess::unheard(Line& line, std::uint64_t request, const std::string& trouble) {
    if (request != line.request) return;
    ++line.request;
    post(controller::Unheard{line.host->name(), trouble});
    ground_.engine.queue.after(next_backoff(line.listen_backoff),
                               [this, &line] { deferred([this, &line] { listen(line); }); });
}

void ControllerProcess::tell(const controller::Telling& telling) {
    for (const auto& [host, assignment] : telling.assignments) {
        auto& line = *line_of_.at(host);
        if (ground_.seams.flaws.tells_once && line.last_told == assignment) continue;
        line.assignment = line.last_told = assignment;
        if (!line.under_way) deliver(line);
    }
    for (const auto& [host, route] : telling.routes) {
        auto& line = *line_of_.at(host);
        line.route = route;
        if (!line.under_way) deliver(line);
    }
}

// One level at a time, the assignment first; again after a pause when nobody answered.
void ControllerProcess::deliver(Line& line) {
    const bool assignment = line.assignment.has_value();
    if (!assignment && !line.route) return;
    line.under_way = true;
    const auto attempt = ++line.telling;
    const auto answer = [this, &line, attempt, assignment, network = &ground_.network,
                         mine = ground_.node](const core::Result<void>& told) {
        const bool refused = !told && told.error().code == core::ErrorCode::kConflict;
        const bool done = told.has_value() || refused;
        network->send(line.host->node(), mine, [=, this, &line] {
            if (refused)
                deferred([=, this, &line] { post(controller::Refused{line.host->name()}); });
            deferred([=, this, &line] { settled(line, attempt, assignment, done); });
        });
    };
    const auto call = [answer, level = line.assignment, route = line.route](Host& host) {
        if (!host.agent_alive()) return;
        answer(level ? host.agent()->assign(*level) : host.agent()->route(*route));
    };
    ground_.network.send(ground_.node, line.host->node(),
                         [host = line.host, call] { host->deliver(call); });
    ground_.engine.queue.after(kTellDeadline, [this, &line, attempt, assignment] {
        deferred([=, this, &line] { settled(line, attempt, assignment, false); });
    });
}

void ControllerProcess::settled(Line& line, std::uint64_t attempt, bool assignment, bool done) {
    if (attempt != line.telling || !line.under_way) return;
    line.under_way = false;
    if (done) {
        line.tell_backoff = Micros{0};
        assignment ? line.assignment.reset() : line.route.reset();
        deliver(line);
        return;
    }
    line.under_way = true;
    ++line.telling;
    ground_.engine.queue.after(next_backoff(line.tell_backoff), [this, &line] {
        deferred([this, &line] {
            line.under_way = false;
            deliver(line);
        });
    });
}

}  // namespace understudy::simulation

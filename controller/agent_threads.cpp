#include "controller/agent_threads.h"

#include <algorithm>
#include <utility>

namespace understudy::controller {

namespace {

using core::ErrorCode;
using core::Millis;

// Well below the server's idle time-out: a connection that must be made anew costs milliseconds in
// the middle of a failover.
constexpr Millis kKeepWarm{10'000};

}  // namespace

Millis Backoff::next() { return std::exchange(next_, std::min(next_ * 2, kLongest)); }

AgentListener::AgentListener(adapters::HttpClientOptions agent, Millis wait,
                             const ports::Clock& clock, OnReport on_report, OnTrouble on_trouble)
    : link_(std::move(agent)),
      wait_(wait),
      clock_(clock),
      on_report_(std::move(on_report)),
      on_trouble_(std::move(on_trouble)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

AgentListener::~AgentListener() {
    thread_.request_stop();
    link_.interrupt();
}

void AgentListener::run(const std::stop_token& stop) {
    Backoff backoff;
    std::uint64_t agent_start = 0;
    std::uint64_t sequence = 0;
    while (!stop.stop_requested()) {
        const auto asked = clock_.now().monotonic;
        auto report = link_.report(agent_start, sequence, wait_);
        if (report) {
            agent_start = report->agent_start;
            sequence = report->sequence;
            backoff.reset();
            on_report_(std::move(*report), asked);
            continue;
        }
        if (stop.stop_requested()) return;
        on_trouble_(report.error());
        std::unique_lock lock(mutex_);
        stopped_.wait_for(lock, stop, backoff.next(), [] { return false; });
    }
}

AgentTeller::AgentTeller(adapters::HttpClientOptions agent, OnTrouble on_trouble)
    : link_(std::move(agent)),
      on_trouble_(std::move(on_trouble)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

AgentTeller::~AgentTeller() {
    thread_.request_stop();
    link_.interrupt();
}

void AgentTeller::tell(const core::Assignment& assignment) {
    const std::lock_guard lock(mutex_);
    levels_.assignment = assignment;
    news_ = true;
    changed_.notify_all();
}

void AgentTeller::tell(const core::Route& route) {
    const std::lock_guard lock(mutex_);
    levels_.route = route;
    news_ = true;
    changed_.notify_all();
}

void AgentTeller::run(const std::stop_token& stop) {
    Backoff backoff;
    // The first wait is over at once: the connection is made before it is needed.
    Millis wait{0};
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        changed_.wait_for(lock, stop, wait, [this] { return news_; });
        Levels taken = std::exchange(levels_, {});
        news_ = false;
        lock.unlock();
        if (stop.stop_requested()) return;
        const bool done =
            taken.empty() ? link_.report(0, 0, Millis{0}).has_value() : deliver(taken);
        if (done) backoff.reset();
        wait = done ? kKeepWarm : backoff.next();
        lock.lock();
        // What was not delivered is still to be told, unless there is something newer.
        if (!levels_.assignment) levels_.assignment = std::move(taken.assignment);
        if (!levels_.route) levels_.route = std::move(taken.route);
    }
}

bool AgentTeller::deliver(Levels& levels) {
    if (levels.assignment && settled(link_.assign(*levels.assignment))) levels.assignment.reset();
    if (levels.route && settled(link_.route(*levels.route))) levels.route.reset();
    return levels.empty();
}

// Accepted, or refused: a refusal stays one until there is something newer to tell.
bool AgentTeller::settled(const core::Result<void>& told) {
    if (told) return true;
    on_trouble_(told.error());
    return told.error().code == ErrorCode::kConflict || told.error().code == ErrorCode::kInvalid;
}

}  // namespace understudy::controller

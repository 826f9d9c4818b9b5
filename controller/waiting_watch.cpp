#include "controller/waiting_watch.h"

#include <utility>

#include "wire/json.h"

namespace understudy::controller {

namespace {

constexpr core::Millis kEvery{2000};
constexpr core::Millis kAnswerWithin{1000};

}  // namespace

WaitingWatch::WaitingWatch(const std::map<core::HostName, core::Address>& agents,
                           const adapters::TlsFiles& tls, const ports::Clock& clock)
    : clock_(clock) {
    for (const auto& [host, address] : agents) {
        adapters::HttpClientOptions options;
        options.server = address;
        options.tls = tls;
        agents_[host] = std::make_unique<Agent>(std::move(options));
        heard_[host] = std::nullopt;
    }
}

WaitingWatch::~WaitingWatch() {
    thread_.request_stop();
    for (const auto& [host, agent] : agents_) agent->line.interrupt();
}

void WaitingWatch::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

WaitingByHost WaitingWatch::newest() const {
    const std::lock_guard lock(mutex_);
    return heard_;
}

void WaitingWatch::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        for (const auto& [host, agent] : agents_) {
            if (stop.stop_requested()) return;
            ask(host, *agent);
        }
        std::unique_lock lock(mutex_);
        stopped_.wait_for(lock, stop, kEvery, [] { return false; });
    }
}

// An agent that is not heard has its place in the status already.
void WaitingWatch::ask(const core::HostName& host, Agent& agent) {
    const auto answer = agent.line.get("/v1/waiting", kAnswerWithin);
    if (!answer || answer->status != 200) return;
    const auto now = wire::waiting_from_json(answer->body);
    if (!now) return;
    const auto before = std::exchange(agent.last, *now).value_or(*now);
    const std::lock_guard lock(mutex_);
    heard_[host] = HeardWaiting{lasting(before, *now), clock_.now().monotonic};
}

}  // namespace understudy::controller

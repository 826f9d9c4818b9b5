#include "agent/backend_check.h"

#include <cerrno>
#include <utility>

namespace understudy::agent {

namespace {

// Nobody listens. A full queue of connections (EAGAIN) or one that was cut is another matter.
bool no_connection(const core::Error& error) {
    const int number = error.number;
    return error.code == core::ErrorCode::kUnreachable &&
           (number == ECONNREFUSED || number == ENOENT || number == ENOTCONN);
}

}  // namespace

BackendCheck::BackendCheck(std::vector<std::string> services, std::vector<Probe> probes,
                           ReportBoard& board)
    : board_(board), probes_(std::make_shared<const std::vector<Probe>>(std::move(probes))) {
    for (auto& service : services) running_[std::move(service)] = false;
    publish();
}

void BackendCheck::service_changed(const std::string& service, bool running) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = running_.find(service);
        if (found == running_.end()) return;
        found->second = running;
        // What the last round saw is no longer so; only a new round makes it healthy.
        trouble_ = service + (running ? " was started again" : " ended");
        unreachable_ = false;
    }
    publish();
}

void BackendCheck::replace_probes(std::vector<Probe> probes) {
    auto fresh = std::make_shared<const std::vector<Probe>>(std::move(probes));
    const std::lock_guard lock(mutex_);
    probes_ = std::move(fresh);
}

void BackendCheck::run() {
    std::string trouble;
    bool unreachable = false;
    const auto probes = [this] {
        const std::lock_guard lock(mutex_);
        return probes_;
    }();
    for (const auto& probe : *probes) {
        const auto passed = probe.run();
        if (passed) continue;
        trouble = probe.name + ": " + core::describe(passed.error());
        unreachable = no_connection(passed.error());
        break;
    }
    {
        const std::lock_guard lock(mutex_);
        trouble_ = std::move(trouble);
        unreachable_ = unreachable;
    }
    publish();
}

void BackendCheck::publish() {
    core::BackendFacts facts;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [service, running] : running_) {
            if (running) continue;
            facts.dead = true;
            facts.cause += (facts.cause.empty() ? "" : ", ") + service + " is not running";
        }
        if (facts.cause.empty()) {
            facts.cause = trouble_;
            facts.dead = unreachable_;
        }
    }
    facts.healthy = facts.cause.empty();
    board_.publish([&facts](core::HostReport& report) {
        const bool news = report.backend != facts;
        report.backend = facts;
        return news;
    });
}

}  // namespace understudy::agent

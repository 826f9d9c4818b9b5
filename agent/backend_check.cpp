#include "agent/backend_check.h"

#include <utility>

namespace understudy::agent {

BackendCheck::BackendCheck(std::vector<std::string> services, std::vector<Probe> probes,
                           ReportBoard& board)
    : probes_(std::move(probes)), board_(board) {
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
        sickness_ = service + (running ? " was started again" : " ended");
    }
    publish();
}

void BackendCheck::run() {
    std::string sickness;
    for (const auto& probe : probes_) {
        const auto passed = probe.run();
        if (passed) continue;
        sickness = probe.name + ": " + core::describe(passed.error());
        break;
    }
    {
        const std::lock_guard lock(mutex_);
        sickness_ = std::move(sickness);
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
        if (facts.cause.empty()) facts.cause = sickness_;
    }
    facts.healthy = facts.cause.empty();
    board_.publish([&facts](core::HostReport& report) {
        const bool news = report.backend != facts;
        report.backend = facts;
        return news;
    });
}

}  // namespace understudy::agent

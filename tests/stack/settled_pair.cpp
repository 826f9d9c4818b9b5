#include "tests/stack/settled_pair.h"

#include <chrono>

#include "tests/stack/containers.h"
#include "tests/stack/wait.h"

namespace understudy::stack {

namespace {

using namespace std::chrono_literals;

// A host that has just come back still applies what it missed.
constexpr double kSettledLagSeconds = 0.5;

std::string unsettled(const std::string& service, const std::string& command) {
    const auto process = main_process(service, command);
    if (!process) return describe(process.error());
    const auto age = process->age();
    if (!age) return describe(age.error());
    return *age < kSettledAge ? command + " of " + service + " started a moment ago" : "";
}

std::string unsettled(const ClusterStatus& status) {
    if (!status.is_protected()) return describe(status);
    const auto candidate = status.hosts.find(status.candidate);
    if (candidate == status.hosts.end() || !candidate->second.lag_seconds) return "no lag is known";
    if (*candidate->second.lag_seconds > kSettledLagSeconds) {
        return "it applies its backlog: lag " + std::to_string(*candidate->second.lag_seconds) +
               " s";
    }
    return unsettled(status.primary + "-mysql", "mysqld");
}

}  // namespace

core::Result<ClusterStatus> await_settled_pair(core::Millis deadline) {
    if (auto done = understudy({"resume"}, 20s); !done) return tl::unexpected(done.error());
    ClusterStatus settled;
    auto waited = wait_until("a settled pair", deadline, [&]() -> std::string {
        auto status = cluster_status();
        if (!status) return describe(status.error());
        settled = *status;
        return unsettled(settled);
    });
    if (!waited) return tl::unexpected(waited.error());
    return settled;
}

core::Result<void> await_settled_process(const std::string& service, const std::string& command,
                                         core::Millis deadline) {
    return wait_until("a settled " + service, deadline,
                      [&] { return unsettled(service, command); });
}

}  // namespace understudy::stack

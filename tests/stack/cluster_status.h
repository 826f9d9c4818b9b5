// The cluster as the controller's API shows it to an operator; `./understudy status --json` and
// `history --json` print the same documents.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

struct HostStatus {
    std::string role;
    bool reachable = false;
    std::optional<double> lag_seconds;
};

struct ClusterStatus {
    std::string name;
    std::uint64_t epoch = 0;
    std::string phase;
    std::string primary;
    std::set<std::string> in_sync;
    std::map<std::string, HostStatus> hosts;
    std::string candidate;  // if the primary died now; empty for none
    std::vector<std::string> blockers;

    [[nodiscard]] bool is_protected() const { return phase == "protected" && blockers.empty(); }
};

// One line, for messages.
std::string describe(const ClusterStatus& status);

struct HistoryEvent {
    std::uint64_t id = 0;
    core::WallTime at;
    std::string kind;
    std::string reason;
    // The moments of the operation ("noticed", "decided" …), absent for other events.
    std::map<std::string, core::WallTime> marks;
};

// kInvalid: not of the documented form.
core::Result<ClusterStatus> status_from_json(std::string_view text);
core::Result<std::vector<HistoryEvent>> history_from_json(std::string_view text);

core::Result<ClusterStatus> cluster_status();
core::Result<std::vector<HistoryEvent>> history();

// Runs ./understudy with these arguments. Any exit status other than 0 is kRefused.
core::Result<std::string> understudy(const std::vector<std::string>& arguments,
                                     core::Millis deadline);

// Until an in-sync replica stands by; the status then.
core::Result<ClusterStatus> await_protected(core::Millis deadline);
core::Result<ClusterStatus> await_phase(const std::string& phase, core::Millis deadline);

// Until the history has an entry of this kind from after that moment.
core::Result<HistoryEvent> await_event(const std::string& kind, core::WallTime since,
                                       core::Millis deadline);

}  // namespace understudy::stack

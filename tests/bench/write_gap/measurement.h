// Kills the primary's mysqld again and again under a writing client, and measures each failover.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::bench {

struct Plan {
    int kills = 20;
    core::Millis interval{5};  // between two writes
};

struct Kill {
    std::string from;
    std::string to;
    double gap_ms = 0;  // from the last acknowledgement before to the first after
    // Milliseconds that each part took, by the names of kParts.
    std::map<std::string, double> parts;
    // Every mark of the operation, also those within a part, in milliseconds since the kill; and
    // "died": when the kernel had taken the killed process apart.
    std::map<std::string, double> marks;
};

// In their order: each part ends with the mark of its name. "written" is the client's next
// acknowledgement; the others are the history's.
inline const std::vector<std::string> kParts{"noticed", "decided", "recorded", "drained",
                                             "opened",  "routed",  "written"};

struct Measurement {
    std::vector<Kill> kills;
    std::vector<double> floor_ms;  // the scripted promotion alone, once for each kill
    std::uint64_t acknowledged = 0;
    std::uint64_t unknown = 0;
    std::uint64_t missing = 0;  // acknowledged and lost: must be 0
};

// `progress` is told a line after each step.
core::Result<Measurement> measure(const Plan& plan,
                                  const std::function<void(const std::string&)>& progress);

}  // namespace understudy::bench

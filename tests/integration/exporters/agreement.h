// Whether the agent says of a running daemon what another exporter says of it, value by value.
//
// Both ask the daemon one after the other, and it goes on between: so the other's value has to lie
// between what the agent says just before and just after it. A counter always does; a gauge that
// swings need do so in one of several rounds.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace understudy::integration {

struct Sides {
    std::function<std::string()> ours;  // pages in the text format
    std::function<std::string()> theirs;
    // Of their series: those that the agent leaves out, or means otherwise, on purpose.
    std::function<bool(const std::string& series, double value)> is_left_out;
};

struct Agreement {
    std::size_t compared = 0;
    std::vector<std::string> faults;  // a line for each series that is missing or differs
};

Agreement compare(const Sides& sides);

}  // namespace understudy::integration

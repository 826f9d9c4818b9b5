// Breaks the holder of the virtual address in each way, again and again, under a steady load of
// HTTPS requests to it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/stack/vip_fault.h"

namespace understudy::bench {

struct Move {
    stack::VipFault fault = stack::VipFault::kServerCutOff;
    std::string from;
    std::string to;
    long long silence_ms = 0;  // the longest time without a good answer, around the fault
    std::size_t failed = 0;    // requests that began before answers came again
    std::size_t failed_after = 0;
    std::size_t asked = 0;
    bool stayed = false;  // where it moved to, after the former holder was whole again
};

// `rounds` times each way. `progress` is told a line after each.
core::Result<std::vector<Move>> move_again_and_again(
    int rounds, const std::function<void(const std::string&)>& progress);

}  // namespace understudy::bench

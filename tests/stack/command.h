// Runs programs of this machine (docker, the CLI, those under test), bounded by a deadline.
#pragma once

#include <string>
#include <vector>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

struct CommandResult {
    int exit_status = 0;  // 128 + N when signal N ended it
    std::string output;
    std::string errors;
};

// kTimeout: killed at the deadline; kIo: could not be started. Any exit status is a value.
core::Result<CommandResult> run_command(const std::vector<std::string>& arguments,
                                        core::Millis deadline);

// What it prints, without the final newline; kRefused for an exit status other than 0, with the
// last line of its errors.
core::Result<std::string> output_of(const std::vector<std::string>& arguments,
                                    core::Millis deadline);

// The last line of a text that is not blank.
std::string last_line(const std::string& text);

}  // namespace understudy::stack

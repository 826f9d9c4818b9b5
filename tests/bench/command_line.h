// What the benchmarks' command lines have in common: --json, a failure's one line, exit statuses.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace understudy::bench {

// A number of rounds, 1 to 1000; what it is before the call is the default.
void add_rounds(CLI::App& app, const std::string& name, int& rounds, const std::string& help);

// Reads the options and runs: 0 done; 1 it failed, or a promise was broken, as `run` says; 2 usage.
// `name` is the benchmark's in tests/bench/run.
int run_from_command_line(CLI::App& app, const std::string& name, int argc, char** argv,
                          const std::function<int(bool as_json)>& run);

// To standard error, as progress is.
void say(const std::string& line);
int say_failure(const std::string& name, const std::string& why);

}  // namespace understudy::bench

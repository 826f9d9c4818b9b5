// The agent's command line, and what of it takes the place of the configuration file's.
//
// Flags are named as the Prometheus exporters name them, so that a unit file of theirs needs little
// change.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "core/result.h"

namespace understudy::agent {

struct CommandLine {
    std::string config_file;
    bool only_check = false;
    bool collect_once = false;
    std::vector<std::string> web_listen;  // as written; empty: as configured
    bool web_systemd_socket = false;
    std::string web_config_file;             // empty: as configured
    std::map<std::string, bool> collectors;  // --collector.X: true, --no-collector.X: false
    std::string log_level;                   // empty: as configured
    std::string log_format;
};

// What the program is to do; or, having said why on the terminal, the status to end with: 0 after
// --help and --version, 2 for wrong usage.
struct ParsedCommandLine {
    CommandLine command;
    std::optional<int> end_with;
};
ParsedCommandLine parse_command_line(int argc, const char* const* argv);

// kInvalid: an address that is none, named.
core::Result<void> apply(const CommandLine& command, AgentConfig& config);

// "HOST:PORT", "[IPV6]:PORT", or ":PORT" for every IPv4 address of this host.
core::Result<core::Address> listen_address(const std::string& text);

}  // namespace understudy::agent

#include "agent/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>

namespace understudy::agent {

namespace {

constexpr int kUsage = 2;
constexpr std::string_view kOn = "--collector.";
constexpr std::string_view kOff = "--no-collector.";

void add_options(CLI::App& app, CommandLine& command) {
    app.add_option("--config", command.config_file, "configuration file (YAML)")->required();
    app.add_flag("--check-config", command.only_check,
                 "read the configuration, say whether it is good");
    app.add_option("--web.listen-address", command.web_listen,
                   "where metrics and health are served, instead of the configuration's; several: "
                   "once for each")
        ->type_name("[HOST]:PORT")
        ->allow_extra_args(false);
    app.add_flag("--web.systemd-socket", command.web_systemd_socket,
                 "serve them on the sockets that systemd passes, instead of addresses");
    app.add_option("--web.config.file", command.web_config_file,
                   "their TLS and users, as the Prometheus exporters write it");
    app.add_option("--log.level", command.log_level, "instead of the configuration's")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
    app.add_option("--log.format", command.log_format, "instead of the configuration's")
        ->check(CLI::IsMember({"text", "json"}));
    app.footer(
        "--[no-]collector.NAME switches a collector of the metrics on or off, for example "
        "--no-collector.netclass.");
    app.set_version_flag("--version", std::string("understudy-agent ") + UNDERSTUDY_VERSION);
}

// The flags whose names depend on what the configuration has.
void take_collectors(const std::vector<std::string>& flags, CommandLine& command) {
    for (const auto& flag : flags) {
        const bool on = flag.starts_with(kOn);
        const auto name = on                       ? flag.substr(kOn.size())
                          : flag.starts_with(kOff) ? flag.substr(kOff.size())
                                                   : std::string();
        if (name.empty()) throw CLI::ExtrasError({flag});
        command.collectors[name] = on;
    }
}

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
    ParsedCommandLine parsed;
    CLI::App app{
        "The agent of one host: watches it, exports its metrics, keeps it what the "
        "controller assigns."};
    app.allow_extras();
    add_options(app, parsed.command);
    auto* collect = app.add_subcommand(
        "collect", "print the metrics of this host's services to the terminal; changes nothing");
    collect->fallthrough();
    collect->add_flag("--once", parsed.command.collect_once, "one page, then end")->required();
    try {
        app.parse(argc, argv);
        take_collectors(app.remaining(true), parsed.command);
    } catch (const CLI::ParseError& error) {
        parsed.end_with = app.exit(error) == 0 ? 0 : kUsage;
    }
    return parsed;
}

core::Result<void> apply(const CommandLine& command, AgentConfig& config) {
    if (!command.log_level.empty()) config.log_level = command.log_level;
    if (!command.log_format.empty()) config.log_format = command.log_format;
    for (const auto& [name, on] : command.collectors) config.collectors[name] = on;
    if (!command.web_config_file.empty()) config.web_config_file = command.web_config_file;
    config.web_systemd_sockets = command.web_systemd_socket;
    if (command.web_listen.empty()) return {};
    config.web_listen.clear();
    for (const auto& text : command.web_listen) {
        const auto address = listen_address(text);
        if (!address) return tl::unexpected<core::Error>(address.error());
        config.web_listen.push_back(*address);
    }
    return {};
}

core::Result<core::Address> listen_address(const std::string& text) {
    const auto colon = std::min(text.rfind(':'), text.size());
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    const char* end = text.data() + text.size();
    std::uint16_t port = 0;
    const auto [stopped, problem] =
        std::from_chars(std::min(text.data() + colon + 1, end), end, port);
    const bool one_host = bracketed || host.find_first_of(":[]") == std::string::npos;
    if (problem != std::errc{} || stopped != end || port == 0 || !one_host) {
        return core::failure(core::ErrorCode::kInvalid, "listen",
                             "\"" + text +
                                 "\" is no address; write for example 198.18.0.21:9700, "
                                 "[::1]:9700 or :9700");
    }
    if (bracketed) host = host.substr(1, host.size() - 2);
    return core::Address{host.empty() ? "0.0.0.0" : host, port};
}

}  // namespace understudy::agent

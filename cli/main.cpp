// understudy: the operator's command line. Exit codes: docs/cli.md.
#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <ctime>
#include <iostream>
#include <sstream>

#include "cli/commands.h"
#include "cli/orphan_commands.h"

namespace {

using namespace understudy::cli;

struct Options {
    std::string config = "/etc/understudy/cli.yaml";
    bool json = false;
    bool watch = false;
    bool yes = false;
    bool accept_loss = false;
    bool force = false;
    bool no_wait = false;
    int timeout = 30;
    int limit = 20;
    std::string to;
    std::string reason;
    std::string file;
    std::string host;
    std::string id;
};

std::string user_name() {
    const passwd* user = ::getpwuid(::getuid());
    return user != nullptr ? user->pw_name : std::to_string(::getuid());
}

std::string read_line() {
    std::string line;
    std::getline(std::cin, line);
    return line;
}

int complain(const std::string& lines, int exit_code) {
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) std::cerr << "understudy: " << line << "\n";
    return exit_code;
}

// Redraws each second until interrupted; a controller that is away is waited for.
int watch(Commands& commands) {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &ending, nullptr);
    const timespec second{1, 0};
    do {
        std::cout << "\x1b[H\x1b[2J" << std::flush;
        commands.status(false);
        std::cout << std::flush;
    } while (::sigtimedwait(&ending, nullptr, &second) < 0);
    return kDone;
}

int with_orphans(const CLI::App& app, OrphanCommands commands, const Options& options) {
    if (app.got_subcommand("show")) return commands.show(options.host, options.id);
    if (app.got_subcommand("discard")) {
        return commands.discard(options.host, options.id, options.yes);
    }
    return commands.list(options.host, options.json);
}

Patience patience_of(const Options& options) {
    constexpr int kLooksPerSecond = 5;
    if (options.no_wait) return {};
    return {options.timeout * kLooksPerSecond, [] {
                const timespec fifth{0, 1'000'000'000 / kLooksPerSecond};
                ::nanosleep(&fifth, nullptr);
            }};
}

int with_controller(const CLI::App& app, const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return complain(config.error().detail, kBadConfiguration);
    ApiClient client(*config);
    const Commands::Api api{[&](const std::string& target) { return client.get(target); },
                            [&](const std::string& target, const nlohmann::json& body) {
                                return client.post(target, body);
                            }};
    const Terminal terminal{std::cout, std::cerr, Style::for_output(STDOUT_FILENO),
                            ::isatty(STDIN_FILENO) == 1, read_line};
    if (const auto* orphans = app.get_subcommand("orphans"); orphans->parsed()) {
        return with_orphans(*orphans, {api, terminal}, options);
    }
    Commands commands(api, terminal, user_name());
    if (app.got_subcommand("status")) {
        return options.watch ? watch(commands) : commands.status(options.json);
    }
    if (app.got_subcommand("history")) return commands.history(options.limit, options.json);
    if (app.got_subcommand("switchover")) return commands.switchover(options.to);
    if (app.got_subcommand("failover")) {
        return commands.failover(options.to,
                                 options.yes ? Confirmation::kGiven : Confirmation::kAsk,
                                 options.accept_loss ? Loss::kAccepted : Loss::kRefused);
    }
    if (app.got_subcommand("detach")) return commands.detach(options.host);
    if (app.got_subcommand("rebuild")) {
        return commands.rebuild(options.host, options.force ? Force::kYes : Force::kNo,
                                options.yes ? Confirmation::kGiven : Confirmation::kAsk);
    }
    if (app.got_subcommand("attach")) return commands.attach(options.host);
    if (app.got_subcommand("rejoin")) return commands.rejoin(options.host);
    if (app.got_subcommand("drain")) {
        return commands.drain(options.host, patience_of(options));
    }
    if (app.got_subcommand("undrain")) return commands.undrain(options.host);
    if (const auto* maintenance = app.get_subcommand("maintenance"); maintenance->parsed()) {
        return maintenance->got_subcommand("begin")
                   ? commands.begin_maintenance(options.host, options.reason)
                   : commands.end_maintenance(options.host);
    }
    if (app.got_subcommand("pause")) return commands.pause(options.reason);
    return commands.resume();
}

void describe_orphans(CLI::App& app, Options& options) {
    auto* orphans = app.add_subcommand("orphans", "Writes that nobody acknowledged, kept aside");
    orphans->add_option("HOST", options.host, "Only that host's");
    orphans->add_flag("--json", options.json, "As JSON");
    auto* show = orphans->add_subcommand("show", "Their rows, tables and GTIDs, as SQL");
    auto* discard = orphans->add_subcommand("discard", "Delete them for good");
    for (auto* command : {show, discard}) {
        command->add_option("HOST", options.host, "The host that keeps them")->required();
        command->add_option("ID", options.id, "Which, as they are listed")->required();
    }
    discard->add_flag("--yes", options.yes, "Do not ask");
}

void describe_host_commands(CLI::App& app, Options& options) {
    const auto add_host = [&options](CLI::App* command) {
        command->add_option("HOST", options.host, "As the status names it")->required();
    };
    add_host(app.add_subcommand("detach", "Leave a database host to the operator"));
    add_host(app.add_subcommand("attach", "Take a detached host back as a replica"));
    add_host(app.add_subcommand("rejoin", "Let a replaced primary follow (policy rejoin: manual)"));
    auto* rebuild = app.add_subcommand(
        "rebuild", "Replace a host's data by another's; what it alone has is kept");
    add_host(rebuild);
    rebuild->add_flag("--yes", options.yes, "Do not ask");
    rebuild->add_flag("--force", options.force, "Also a host that is in sync");
    auto* drain = app.add_subcommand(
        "drain", "Send a web server no new requests, and wait for those under way");
    add_host(drain);
    auto* no_wait = drain->add_flag("--no-wait", options.no_wait, "Return once it is recorded");
    drain->add_option("--timeout", options.timeout, "How many seconds to wait")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str()
        ->excludes(no_wait);
    add_host(app.add_subcommand("undrain", "Send a drained web server requests again"));
    auto* maintenance = app.add_subcommand(
        "maintenance", "Spare a host: not promoted, not read from, not sent requests");
    maintenance->require_subcommand(1);
    auto* begin = maintenance->add_subcommand("begin", "From now on");
    add_host(begin);
    begin->add_option("--reason", options.reason, "Why; everybody sees it")->required();
    add_host(maintenance->add_subcommand("end", "No longer"));
}

void describe_options(CLI::App& app, Options& options) {
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("understudy ") + UNDERSTUDY_VERSION);
    app.add_option("--config", options.config, "Where the controller is, and who I am")
        ->capture_default_str();
    auto* status = app.add_subcommand("status", "How the cluster is, and what is wrong");
    auto* as_json = status->add_flag("--json", options.json, "The whole document as JSON");
    status->add_flag("--watch", options.watch, "Again each second")->excludes(as_json);
    auto* switchover = app.add_subcommand("switchover", "Move the primary; nothing is lost");
    switchover->add_option("--to", options.to, "The host to move to; else the best candidate");
    auto* failover = app.add_subcommand("failover", "Replace a primary that does not answer");
    failover->add_option("--to", options.to, "The host to promote; else the best candidate");
    failover->add_flag("--yes", options.yes, "Do not ask");
    failover->add_flag("--accept-loss", options.accept_loss,
                       "Also to a host that may lack acknowledged writes; says first how many");
    describe_host_commands(app, options);
    auto* pause = app.add_subcommand("pause", "No automatic failover until resumed");
    pause->add_option("--reason", options.reason, "Why; everybody sees it")->required();
    app.add_subcommand("resume", "Automatic failover again");
    auto* history = app.add_subcommand("history", "What happened, the newest last");
    history->add_option("-n", options.limit, "How many entries")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    history->add_flag("--json", options.json, "As JSON, the newest first");
    describe_orphans(app, options);
    app.add_subcommand("rules", "The rules by which controller and agents act");
    auto* check = app.add_subcommand("check-config", "Whether a configuration file is good");
    check->add_option("FILE", options.file, "A controller's, an agent's or the command line's")
        ->required();
}

int run(int argc, char** argv) {
    CLI::App app{"Understudy: watches a web stack and keeps it serving when a part dies."};
    Options options;
    describe_options(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kUsage;
    }
    if (app.got_subcommand("rules")) return print_rules(std::cout);
    if (app.got_subcommand("check-config")) return check_config(options.file, std::cout, std::cerr);
    return with_controller(app, options);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        return complain(error.what(), kFailed);
    }
}

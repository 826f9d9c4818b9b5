// understudy-agent: one process on every host.
//
// Exit codes: 0 stopped as asked, 1 failed, 2 usage, 3 configuration or stored state, 4 cannot
// listen.
#include <pthread.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/log/log.h"
#include "agent/agent.h"
#include "agent/config.h"

namespace {

using namespace understudy;

constexpr int kUsage = 2;
constexpr int kBadConfiguration = 3;
constexpr int kCannotListen = 4;

int complain(const std::string& what, int status) {
    std::cerr << "understudy-agent: " << what << "\n";
    return status;
}

int status_of(const core::Error& error) {
    if (error.number == EADDRINUSE || error.number == EACCES || error.number == EADDRNOTAVAIL) {
        return kCannotListen;
    }
    return error.code == core::ErrorCode::kInvalid || error.code == core::ErrorCode::kNotFound
               ? kBadConfiguration
               : 1;
}

// Blocked before any thread exists, so that every thread inherits it and only this one waits.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

int run(const std::string& file, bool only_check) {
    auto config = agent::load_config(file);
    if (!config) return complain(config.error().detail, kBadConfiguration);
    if (only_check) {
        std::cout << file << " is good\n";
        return 0;
    }
    const auto signals = block_stop_signals();
    adapters::start_log("understudy-agent", config->log_level, config->log_format);
    const auto host = config->host.value;
    agent::Agent agent(std::move(*config));
    if (const auto started = agent.start(); !started) {
        return complain(core::describe(started.error()), status_of(started.error()));
    }
    spdlog::info("agent of {} runs", host);
    int signal = 0;
    sigwait(&signals, &signal);
    spdlog::info("agent of {} stops", host);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::string file;
    bool only_check = false;
    CLI::App app{
        "The agent of one host: watches it, exports its metrics, keeps it what the "
        "controller assigns."};
    app.add_option("--config", file, "configuration file (YAML)")->required();
    app.add_flag("--check-config", only_check, "read the configuration, say whether it is good");
    app.set_version_flag("--version", std::string("understudy-agent ") + UNDERSTUDY_VERSION);
    try {
        app.parse(argc, argv);
        return run(file, only_check);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    } catch (const std::exception& error) {
        return complain(error.what(), 1);
    }
}

#include <pthread.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <sstream>

#include "adapters/log/log.h"
#include "controller/config.h"
#include "controller/controller.h"

namespace {

using understudy::adapters::LogLevel;
using understudy::controller::Controller;
using understudy::controller::ControllerConfig;

constexpr const char* kProgram = "understudy-controller";
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kBadConfiguration = 3;
constexpr int kCannotListen = 4;

void complain(const std::string& lines) {
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) {
        std::cerr << kProgram << ": " << line << "\n";
    }
}

int exit_code(const understudy::core::Error& error) {
    if (error.operation.rfind("listen on", 0) == 0) return kCannotListen;
    return error.code == understudy::core::ErrorCode::kInvalid ? kBadConfiguration : kFailed;
}

int run(const ControllerConfig& config, const std::string& file) {
    // Blocked before any thread starts, so that only sigwait() below gets them.
    sigset_t awaited;
    sigemptyset(&awaited);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&awaited, signal);
    pthread_sigmask(SIG_BLOCK, &awaited, nullptr);

    Controller controller(config, UNDERSTUDY_VERSION);
    if (auto started = controller.start(); !started) {
        complain(started.error().operation + ": " + started.error().detail);
        return exit_code(started.error());
    }
    int signal = 0;
    while (sigwait(&awaited, &signal) == 0 && signal == SIGHUP) {
        controller.reload(understudy::controller::load_config(file));
    }
    understudy::adapters::log(LogLevel::kInfo, "controller stops",
                              {{"signal", std::to_string(signal)}});
    return 0;
}

int start(int argc, char** argv) {
    CLI::App app{"Understudy's controller: observes the agents, decides, records, assigns."};
    std::string file = "/etc/understudy/controller.yaml";
    bool check = false;
    app.add_option("--config", file, "Configuration file")->capture_default_str();
    app.add_flag("--check-config", check, "Read and validate the configuration, then exit");
    app.set_version_flag("--version", std::string(kProgram) + " " + UNDERSTUDY_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : kUsage;
    }
    const auto config = understudy::controller::load_config(file);
    if (!config) {
        complain(config.error().detail);
        return kBadConfiguration;
    }
    if (check) {
        std::cout << file << ": good\n";
        return 0;
    }
    understudy::adapters::start_log(kProgram, config->log.level, config->log.format);
    return run(*config, file);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return start(argc, argv);
    } catch (const std::exception& e) {
        complain(e.what());
        return kFailed;
    }
}

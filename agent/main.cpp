// understudy-agent: one process on every host.
//
// Exit codes: 0 stopped as asked, 1 failed (`collect`: a collector did), 2 usage, 3 configuration
// or stored state, 4 cannot listen.
#include <malloc.h>
#include <pthread.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/clock/system_clock.h"
#include "adapters/log/log.h"
#include "adapters/process/capabilities.h"
#include "adapters/process/start_pages.h"
#include "adapters/web_config/web_access.h"
#include "agent/agent.h"
#include "agent/collect_once.h"
#include "agent/command_line.h"
#include "agent/config.h"
#include "agent/metrics.h"

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

// Its threads are many and seldom busy: glibc would keep a heap for each, and what one frees would
// be of no use to the others. What a scrape gave back the next one uses again: by default glibc
// hands a scrape's large buffers to the kernel and takes them anew, or not, as it happened to learn
// (mallopt(3), M_MMAP_THRESHOLD): a hundred page faults for each scrape, or 2 MiB more for ever.
// The stacks of libmariadb's calls, 256 KiB each of which little is used, stay out of the heap.
void share_one_heap() {
    constexpr int kKeptFree = 1 << 20;
    constexpr int kMappedFrom = 256 << 10;
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_TRIM_THRESHOLD, kKeptFree);
    ::mallopt(M_MMAP_THRESHOLD, kMappedFrom);
}

// Blocked before any thread exists, so that every thread inherits it and only this one waits.
sigset_t block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

int check(const std::string& file, const agent::AgentConfig& config) {
    const adapters::SystemClock clock;
    if (const auto collectors = agent::chosen_collectors(config, clock); !collectors) {
        return complain(core::describe(collectors.error()), kBadConfiguration);
    }
    if (!config.web_config_file.empty()) {
        const auto access = adapters::WebAccess::load(config.web_config_file);
        if (!access) return complain(access.error().detail, kBadConfiguration);
    }
    std::cout << file << " is good\n";
    return 0;
}

int collect(const agent::AgentConfig& config) {
    const auto good = agent::collect_once(config);
    if (!good) return complain(core::describe(good.error()), kBadConfiguration);
    return *good ? 0 : 1;
}

// As its flags and its file say.
core::Result<agent::AgentConfig> configured(const agent::CommandLine& command) {
    auto config = agent::load_config(command.config_file);
    if (!config) return config;
    if (const auto applied = agent::apply(command, *config); !applied) {
        return tl::unexpected<core::Error>(applied.error());
    }
    return config;
}

int run(const agent::CommandLine& command) {
    auto config = agent::load_config(command.config_file);
    if (!config) return complain(config.error().detail, kBadConfiguration);
    if (const auto applied = agent::apply(command, *config); !applied) {
        return complain(applied.error().detail, kUsage);
    }
    if (command.only_check) return check(command.config_file, *config);
    if (command.collect_once) return collect(*config);
    if (const auto done = adapters::use_permitted_capabilities(); !done) {
        return complain(core::describe(done.error()), 1);
    }
    share_one_heap();
    const auto signals = block_signals();
    adapters::start_log("understudy-agent", config->log_level, config->log_format);
    const auto host = config->host.value;
    agent::Agent agent(std::move(*config));
    if (const auto started = agent.start(); !started) {
        return complain(core::describe(started.error()), status_of(started.error()));
    }
    adapters::unmap_start_pages();
    spdlog::info("agent of {} runs", host);
    // And again when its parts have had the time to connect; -1: no signal came meanwhile.
    constexpr timespec kToConnect{10, 0};
    int signal = ::sigtimedwait(&signals, nullptr, &kToConnect);
    adapters::unmap_start_pages();
    while (signal == SIGHUP || signal == -1) {
        if (signal == SIGHUP) agent.reload(configured(command));
        if (::sigwait(&signals, &signal) != 0) break;
    }
    spdlog::info("agent of {} stops", host);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto parsed = agent::parse_command_line(argc, argv);
        return parsed.end_with ? *parsed.end_with : run(parsed.command);
    } catch (const std::exception& error) {
        return complain(error.what(), 1);
    }
}

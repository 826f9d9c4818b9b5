// The stack's containers, by the names of their services.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/result.h"
#include "tests/stack/process.h"

namespace understudy::stack {

struct Container {
    std::string id;
    std::string service;
    bool running = false;
    std::string health;  // "healthy", "unhealthy", "starting"; empty without a health check
    pid_t main_process = 0;
    int restarts = 0;
};

// kNotFound: the service has no container.
core::Result<Container> container_of(const std::string& service);
core::Result<std::vector<Container>> all_containers();

// The container's first process, which must have this command name.
core::Result<Process> main_process(const std::string& service, const std::string& command);
// All processes in the container's process namespace that have this command name, as this machine
// numbers them.
core::Result<std::vector<pid_t>> processes_named(const std::string& service,
                                                 const std::string& command);

// Starts what has stopped of a server and its parts, the namespace holder first.
core::Result<void> start_server(const std::string& server);
core::Result<void> start_container(const std::string& service);
core::Result<void> stop_container(const std::string& service);

}  // namespace understudy::stack

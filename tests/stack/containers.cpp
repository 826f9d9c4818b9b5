#include "tests/stack/containers.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/stack/command.h"

namespace understudy::stack {

using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

constexpr const char* kServiceLabel = "com.docker.compose.service";
constexpr core::Millis kQuick = 20s;
constexpr core::Millis kSlow = 90s;

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

Container from_inspection(const Json& inspected) {
    Container container;
    const auto& state = inspected.at("State");
    container.id = inspected.at("Id").get<std::string>();
    container.service = inspected.at("Config").at("Labels").value(kServiceLabel, "");
    container.running = state.at("Running").get<bool>();
    container.main_process = state.at("Pid").get<pid_t>();
    container.restarts = inspected.value("RestartCount", 0);
    if (state.contains("Health")) container.health = state["Health"].value("Status", "");
    return container;
}

core::Result<std::vector<Container>> inspect(const std::string& filter) {
    const auto ids = output_of({"docker", "ps", "--all", "--quiet", "--no-trunc", "--filter",
                                "label=com.docker.compose.project=understudy", "--filter", filter},
                               kQuick);
    if (!ids) return tl::unexpected(ids.error());
    std::vector<Container> containers;
    if (ids->empty()) return containers;
    std::vector<std::string> command{"docker", "inspect"};
    for (const auto& id : words(*ids)) command.push_back(id);
    const auto text = output_of(command, kQuick);
    if (!text) return tl::unexpected(text.error());
    try {
        for (const auto& one : Json::parse(*text)) containers.push_back(from_inspection(one));
    } catch (const Json::exception& error) {
        return core::failure(core::ErrorCode::kInvalid, "docker inspect", error.what());
    }
    return containers;
}

core::Result<void> tell_docker(const std::string& verb, const std::string& service) {
    const auto container = container_of(service);
    if (!container) return tl::unexpected(container.error());
    const auto done = output_of({"docker", verb, container->id}, kSlow);
    if (!done) return tl::unexpected(done.error());
    return {};
}

}  // namespace

core::Result<Container> container_of(const std::string& service) {
    auto found = inspect("label=" + std::string(kServiceLabel) + "=" + service);
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) {
        return core::failure(core::ErrorCode::kNotFound, "container of " + service,
                             "there is none; is the stack up?");
    }
    return found->front();
}

core::Result<std::vector<Container>> all_containers() {
    return inspect("label=" + std::string(kServiceLabel));
}

core::Result<Process> main_process(const std::string& service, const std::string& command) {
    const auto container = container_of(service);
    if (!container) return tl::unexpected(container.error());
    if (!container->running) {
        return core::failure(core::ErrorCode::kNotFound, service, "its container does not run");
    }
    return Process::find(container->main_process, command);
}

core::Result<std::vector<pid_t>> processes_named(const std::string& service,
                                                 const std::string& command) {
    const auto container = container_of(service);
    if (!container) return tl::unexpected(container.error());
    const auto table = output_of({"docker", "top", container->id, "-eo", "pid,comm"}, kQuick);
    if (!table) return tl::unexpected(table.error());
    std::vector<pid_t> pids;
    std::istringstream lines(*table);
    for (std::string line; std::getline(lines, line);) {
        const auto columns = words(line);
        if (columns.size() == 2 && columns[1] == command) pids.push_back(std::stoi(columns[0]));
    }
    return pids;
}

core::Result<void> start_server(const std::string& server) {
    auto containers = all_containers();
    if (!containers) return tl::unexpected(containers.error());
    // The holder's name is the shortest of its server.
    std::sort(containers->begin(), containers->end(),
              [](const auto& a, const auto& b) { return a.service.size() < b.service.size(); });
    for (const auto& container : *containers) {
        const bool of_server =
            container.service == server || container.service.rfind(server + "-", 0) == 0;
        if (!of_server || container.running) continue;
        const auto done = output_of({"docker", "start", container.id}, kSlow);
        if (!done) return tl::unexpected(done.error());
    }
    return {};
}

core::Result<void> start_container(const std::string& service) {
    return tell_docker("start", service);
}

core::Result<void> stop_container(const std::string& service) {
    return tell_docker("stop", service);
}

}  // namespace understudy::stack

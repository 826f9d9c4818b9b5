#include "tests/stack/load_balancers.h"

#include <cstdlib>

#include "tests/stack/command.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {

namespace {

constexpr core::Millis kAnswer{1000};
constexpr core::Millis kLook{10000};  // programs are started for it, on a busy machine too

bool is_up(const std::map<core::HostName, core::ProxyServerFacts>& servers,
           const std::string& server) {
    const auto found = servers.find(core::HostName(server));
    return found != servers.end() && found->second.up;
}

core::Result<std::string> socket_of(const std::string& name) {
    return main_process(name + "-haproxy", "haproxy").map([](const Process& process) {
        return "/proc/" + std::to_string(process.pid()) + "/root/run/haproxy/admin.sock";
    });
}

}  // namespace

core::Result<std::map<std::string, int>> LoadBalancers::holding(const std::string& name) {
    const auto socket = socket_of(name);
    if (!socket) return tl::unexpected(socket.error());
    const auto answers =
        adapters::RuntimeSocket(*socket).ask(std::vector<std::string>{"show holding"}, kAnswer);
    if (!answers) return tl::unexpected(answers.error());
    const auto fields = adapters::parse_info(answers->front());
    if (!fields) return tl::unexpected(fields.error());
    std::map<std::string, int> counts;
    for (const auto& [field, value] : *fields) counts[field] = std::atoi(value.c_str());
    return counts;
}

core::Result<void> LoadBalancers::limit_web_servers(const std::string& name, int requests) {
    const auto socket = socket_of(name);
    if (!socket) return tl::unexpected(socket.error());
    std::vector<std::string> commands;
    for (const std::string server : {"web1", "web2"}) {
        commands.push_back("set maxconn server web/" + server + " " + std::to_string(requests));
    }
    const auto answers = adapters::RuntimeSocket(*socket).ask(commands, kAnswer);
    if (!answers) return tl::unexpected(answers.error());
    for (const auto& answer : *answers) {
        if (answer.find_first_not_of(" \n") == std::string::npos) continue;
        return core::failure(core::ErrorCode::kRefused, "limit the web servers of " + name, answer);
    }
    return {};
}

core::Result<adapters::HaproxyLoadBalancer*> LoadBalancers::runtime(const std::string& name) {
    const auto known = runtimes_.find(name);
    if (known != runtimes_.end()) return &known->second;
    const auto socket = socket_of(name);
    if (!socket) return tl::unexpected(socket.error());
    adapters::HaproxyOptions options;
    options.socket = *socket;
    options.writer_backend = "mysql_writer";
    options.reader_backend = "mysql_reader";
    options.web_backend = "web";
    return &runtimes_.emplace(name, adapters::HaproxyLoadBalancer(options)).first->second;
}

core::Result<core::LoadBalancerFacts> LoadBalancers::facts(const std::string& name) {
    const auto found = runtime(name);
    if (!found) return tl::unexpected(found.error());
    auto seen = (*found)->observe(kAnswer);
    if (!seen) runtimes_.erase(name);
    return seen;
}

core::Result<void> LoadBalancers::apply(const std::string& name, const core::Route& route,
                                        core::Millis deadline) {
    const auto found = runtime(name);
    if (!found) return tl::unexpected(found.error());
    return (*found)->apply(route, deadline);
}

core::Result<void> LoadBalancers::await(const std::string& what, core::Millis deadline,
                                        const Judge& wrong) {
    return wait_until(what, deadline, [&]() -> std::string {
        for (const std::string name : {"lb1", "lb2"}) {
            const auto seen = facts(name);
            if (!seen) return name + ": " + describe(seen.error());
            if (const auto why = wrong(*seen); !why.empty()) return name + ": " + why;
        }
        return "";
    });
}

core::Result<void> LoadBalancers::await_writer(const std::string& server, core::Millis deadline) {
    return await("writers going to " + server, deadline,
                 [&](const core::LoadBalancerFacts& seen) -> std::string {
                     const auto other = peer_of(server);
                     if (is_up(seen.writers, other)) return other + " gets writers";
                     return is_up(seen.writers, server) ? "" : server + " gets no writers";
                 });
}

core::Result<void> LoadBalancers::await_no_writer(core::Millis deadline) {
    return await("no writer", deadline, [](const core::LoadBalancerFacts& facts) -> std::string {
        for (const auto& [name, server] : facts.writers) {
            if (server.up) return name.value + " is up";
        }
        return "";
    });
}

core::Result<void> LoadBalancers::await_out_of_rotation(const std::string& server,
                                                        core::Millis deadline) {
    return await(server + " out of rotation", deadline,
                 [&](const core::LoadBalancerFacts& seen) -> std::string {
                     return is_up(seen.web, server) ? server + " gets requests" : "";
                 });
}

core::Result<void> LoadBalancers::await_in_rotation(const std::string& server,
                                                    core::Millis deadline) {
    return await(server + " in rotation", deadline,
                 [&](const core::LoadBalancerFacts& seen) -> std::string {
                     return is_up(seen.web, server) ? "" : server + " gets no requests";
                 });
}

core::Result<std::string> holder_of_vip() {
    std::vector<std::string> holders;
    for (const std::string name : {"lb1", "lb2"}) {
        const auto container = container_of(name);
        if (!container) return tl::unexpected(container.error());
        if (!container->running) continue;
        const auto addresses =
            output_of({"nsenter", "--net", "--target", std::to_string(container->main_process),
                       "ip", "-4", "-oneline", "address", "show", "dev", "eth0"},
                      kLook);
        if (!addresses) return tl::unexpected(addresses.error());
        if (addresses->find(std::string(" ") + kVip + "/") != std::string::npos) {
            holders.push_back(name);
        }
    }
    if (holders.size() == 1) return holders.front();
    return core::failure(core::ErrorCode::kNotFound, "the holder of the virtual address",
                         holders.empty() ? "nobody holds it" : "both hold it");
}

}  // namespace understudy::stack

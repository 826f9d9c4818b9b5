#include "tests/stack/load_balancers.h"

#include <functional>

#include "tests/stack/command.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {

namespace {

constexpr core::Millis kAnswer{1000};

// Empty when `judge` finds nothing wrong on either.
std::string on_both(const std::function<std::string(const core::LoadBalancerFacts&)>& judge) {
    for (const std::string name : {"lb1", "lb2"}) {
        const auto facts = facts_of(name);
        if (!facts) return name + ": " + describe(facts.error());
        if (const auto wrong = judge(*facts); !wrong.empty()) return name + ": " + wrong;
    }
    return "";
}

bool is_up(const std::map<core::HostName, core::ProxyServerFacts>& servers,
           const std::string& server) {
    const auto found = servers.find(core::HostName(server));
    return found != servers.end() && found->second.up;
}

}  // namespace

core::Result<adapters::HaproxyLoadBalancer> runtime_of(const std::string& load_balancer) {
    const auto process = main_process(load_balancer + "-haproxy", "haproxy");
    if (!process) return tl::unexpected(process.error());
    adapters::HaproxyOptions options;
    options.socket = "/proc/" + std::to_string(process->pid()) + "/root/run/haproxy/admin.sock";
    options.writer_backend = "mysql_writer";
    options.reader_backend = "mysql_reader";
    options.web_backend = "web";
    return adapters::HaproxyLoadBalancer(options);
}

core::Result<core::LoadBalancerFacts> facts_of(const std::string& load_balancer) {
    auto runtime = runtime_of(load_balancer);
    if (!runtime) return tl::unexpected(runtime.error());
    return runtime->observe(kAnswer);
}

core::Result<void> await_writer(const std::string& server, core::Millis deadline) {
    return wait_until("both load balancers sending writers to " + server, deadline, [&] {
        return on_both([&](const core::LoadBalancerFacts& facts) -> std::string {
            if (is_up(facts.writers, peer_of(server))) return peer_of(server) + " gets writers";
            return is_up(facts.writers, server) ? "" : server + " gets no writers";
        });
    });
}

core::Result<void> await_out_of_rotation(const std::string& server, core::Millis deadline) {
    return wait_until(server + " out of rotation", deadline, [&] {
        return on_both([&](const core::LoadBalancerFacts& facts) -> std::string {
            return is_up(facts.web, server) ? server + " gets requests" : "";
        });
    });
}

core::Result<void> await_in_rotation(const std::string& server, core::Millis deadline) {
    return wait_until(server + " in rotation", deadline, [&] {
        return on_both([&](const core::LoadBalancerFacts& facts) -> std::string {
            return is_up(facts.web, server) ? "" : server + " gets no requests";
        });
    });
}

std::string holder_of_vip() {
    for (const std::string name : {"lb1", "lb2"}) {
        const auto container = container_of(name);
        if (!container || !container->running) continue;
        const auto addresses =
            output_of({"nsenter", "--net", "--target", std::to_string(container->main_process),
                       "ip", "-4", "-oneline", "address", "show", "dev", "eth0"},
                      kAnswer);
        if (addresses && addresses->find(std::string(" ") + kVip + "/") != std::string::npos) {
            return name;
        }
    }
    return "";
}

}  // namespace understudy::stack

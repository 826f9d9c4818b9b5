// What the stack's two HAProxy do with their servers, asked of HAProxy itself, from outside its
// container.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "adapters/haproxy/haproxy_load_balancer.h"
#include "core/facts.h"
#include "core/result.h"

namespace understudy::stack {

class LoadBalancers {
  public:
    // Until both send writers to this server and to no other.
    core::Result<void> await_writer(const std::string& server, core::Millis deadline);
    // Until neither sends writers anywhere.
    core::Result<void> await_no_writer(core::Millis deadline);
    // Until neither, or both, send web requests to this server.
    core::Result<void> await_out_of_rotation(const std::string& server, core::Millis deadline);
    core::Result<void> await_in_rotation(const std::string& server, core::Millis deadline);

    core::Result<core::LoadBalancerFacts> facts(const std::string& name);
    // What hold_for_writer.lua counts: "held", "released", "expired", "refused", "left".
    static core::Result<std::map<std::string, int>> holding(const std::string& name);
    // From now on at most so many requests at once to each web server; others wait.
    static core::Result<void> limit_web_servers(const std::string& name, int requests);
    core::Result<void> apply(const std::string& name, const core::Route& route,
                             core::Millis deadline);

  private:
    using Judge = std::function<std::string(const core::LoadBalancerFacts&)>;
    core::Result<adapters::HaproxyLoadBalancer*> runtime(const std::string& name);
    core::Result<void> await(const std::string& what, core::Millis deadline, const Judge& wrong);

    // Found once; again after an error, for HAProxy may have been started anew.
    std::map<std::string, adapters::HaproxyLoadBalancer> runtimes_;
};

// The load balancer whose interface bears the virtual address. An error where none does, or both,
// or where one could not be asked: then nobody knows.
core::Result<std::string> holder_of_vip();

}  // namespace understudy::stack

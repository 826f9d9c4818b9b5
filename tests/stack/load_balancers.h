// What the stack's two HAProxy do with their servers, asked of HAProxy itself, from outside its
// container.
#pragma once

#include <string>

#include "adapters/haproxy/haproxy_load_balancer.h"
#include "core/facts.h"
#include "core/result.h"

namespace understudy::stack {

// kNotFound: HAProxy does not run there.
core::Result<adapters::HaproxyLoadBalancer> runtime_of(const std::string& load_balancer);
core::Result<core::LoadBalancerFacts> facts_of(const std::string& load_balancer);

// Until both send writers to this server and to no other.
core::Result<void> await_writer(const std::string& server, core::Millis deadline);
// Until neither, or both, send web requests to this server.
core::Result<void> await_out_of_rotation(const std::string& server, core::Millis deadline);
core::Result<void> await_in_rotation(const std::string& server, core::Millis deadline);

// The load balancer whose interface bears the virtual address; empty when none does.
std::string holder_of_vip();

}  // namespace understudy::stack

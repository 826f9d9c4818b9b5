// How far the draining of a web server has come, by the status document.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace understudy::cli {

// What still has to come about, in words; empty once nothing is under way there. A load balancer
// that cannot be heard is one of those things: what it sends nobody knows.
std::string left_of_drain(const nlohmann::json& status, const std::string& host);

}  // namespace understudy::cli

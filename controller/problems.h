// What is wrong with a cluster, and what an operator can do about it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace understudy::controller {

// Of the status document: one of its clusters, and its controller. One line each, the gravest
// first.
std::vector<std::string> problems(const nlohmann::json& cluster, const nlohmann::json& controller);

}  // namespace understudy::controller

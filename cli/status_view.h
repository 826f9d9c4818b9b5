// `understudy status` as text: one sentence first, then tables, then what is wrong and what to do.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/table.h"

namespace understudy::cli {

// The document of GET /v1/status.
std::string status_text(const nlohmann::json& status, const Style& style);

// What the hosts that an operator could promote lack; only `to`'s where it is named.
std::string loss_text(const nlohmann::json& cluster, const std::string& to);

}  // namespace understudy::cli

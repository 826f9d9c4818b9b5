// `understudy history` as text, and an operation's parts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/table.h"

namespace understudy::cli {

// The document of GET /v1/history; the newest entry comes last, where the eye is.
std::string history_text(const nlohmann::json& history, const Style& style);

// "noticed 0.0 ms, decided 1.2, …, routed 41.0": each mark's time since the first; empty without.
std::string parts_text(const nlohmann::json& operation);

// "2026-11-23 03:24:05" of an ISO 8601 text.
std::string short_time(const std::string& iso);

}  // namespace understudy::cli

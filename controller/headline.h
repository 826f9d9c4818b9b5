// A cluster in one sentence, from its status document.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace understudy::controller {

// "main: protected. web1 is primary, web2 in sync; if web1 died now, web2 takes over."
std::string headline(const nlohmann::json& cluster);

// How the sentence is meant.
enum class Standing { kGood, kWarning, kBad };
Standing standing(const nlohmann::json& cluster);

}  // namespace understudy::controller

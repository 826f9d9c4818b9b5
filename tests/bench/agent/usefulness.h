// Which series count when the agent is compared with the exporters: the same list for all of them.
#pragma once

#include <optional>
#include <string_view>

namespace understudy::bench {

// Why a sample's line of the text format is nothing that a dashboard or an alert of this stack goes
// by; nothing: it is useful.
std::optional<std::string_view> why_not_useful(std::string_view line);

}  // namespace understudy::bench

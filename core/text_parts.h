// The parts of a short text: what stands between separators, without the white space around it.
#pragma once

#include <string_view>

namespace understudy::core {

std::string_view trimmed(std::string_view text);

// The part before the separator, trimmed; both are removed from `rest`.
std::string_view next_part(std::string_view& rest, char separator);

}  // namespace understudy::core

// Replacing a file whole.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace understudy::adapters {

// Writes `text` to `path` by way of a neighbour and a rename: a reader sees the old or the new.
// Durable only when `durable`. kIo.
enum class Durability { kDurable, kUntilReboot };
core::Result<void> replace_file(const std::string& path, std::string_view text, unsigned mode,
                                Durability durability);

}  // namespace understudy::adapters

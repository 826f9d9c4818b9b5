// Compression of answers (RFC 1952), as fast as zlib goes: a page of metrics is sent once.
#pragma once

#include <string>
#include <string_view>

namespace understudy::adapters {

// Throws std::bad_alloc without memory.
std::string gzipped(std::string_view text);

}  // namespace understudy::adapters

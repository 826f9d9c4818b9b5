// Compression of answers (RFC 1952), at the fastest level: a page of metrics is sent once. By
// libdeflate, which takes a whole text in a third to a half of zlib's time.
#pragma once

#include <string>
#include <string_view>

namespace understudy::adapters {

// Throws std::bad_alloc without memory.
std::string gzipped(std::string_view text);

}  // namespace understudy::adapters

// How this project writes the paths that it serves, as the library takes them.
#pragma once

#include <string>

namespace understudy::adapters {

// The library matches paths as regular expressions; ours are literal but for a final "/*".
std::string pattern_of(const std::string& path);

}  // namespace understudy::adapters

#include "adapters/http/paths.h"

#include <cstring>

namespace understudy::adapters {

std::string pattern_of(const std::string& path) {
    const bool open = path.size() > 2 && path.compare(path.size() - 2, 2, "/*") == 0;
    std::string pattern;
    for (const char c : open ? path.substr(0, path.size() - 1) : path) {
        if (std::strchr(R"(.[]{}()\*+?^$|)", c) != nullptr) pattern += '\\';
        pattern += c;
    }
    return open ? pattern + "[^/]{1,64}" : pattern;
}

}  // namespace understudy::adapters

#include <strings.h>

#include "adapters/http/http.h"

namespace understudy::adapters {

bool IgnoreCase::operator()(const std::string& left, const std::string& right) const {
    return ::strcasecmp(left.c_str(), right.c_str()) < 0;
}

std::string HttpRequest::query_value(const std::string& key, const std::string& otherwise) const {
    const auto found = query.find(key);
    return found == query.end() ? otherwise : found->second;
}

}  // namespace understudy::adapters

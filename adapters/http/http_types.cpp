#include "adapters/http/http.h"

namespace understudy::adapters {

std::string HttpRequest::query_value(const std::string& key, const std::string& otherwise) const {
    const auto found = query.find(key);
    return found == query.end() ? otherwise : found->second;
}

}  // namespace understudy::adapters

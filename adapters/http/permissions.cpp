#include "adapters/http/permissions.h"

#include <algorithm>

namespace understudy::adapters {

std::vector<std::string> everybody(const HttpServerOptions& options) {
    std::vector<std::string> names = options.allowed_names;
    names.insert(names.end(), options.limited_names.begin(), options.limited_names.end());
    return names;
}

bool may_ask(const HttpServerOptions& options, const std::vector<std::string>& also_for,
             const std::string& peer) {
    const auto among = [&peer](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), peer) != names.end();
    };
    return among(options.allowed_names) || among(also_for);
}

}  // namespace understudy::adapters

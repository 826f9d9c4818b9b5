#include "controller/api_error.h"

#include <nlohmann/json.hpp>

namespace understudy::controller {

adapters::HttpResponse api_error(int status, const std::string& what) {
    using nlohmann::json;
    return {status,
            "application/json",
            json{{"error", what}}.dump(-1, ' ', false, json::error_handler_t::replace),
            {}};
}

}  // namespace understudy::controller

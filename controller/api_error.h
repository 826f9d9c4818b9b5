// The API's answer to what it cannot do: {"error": what}.
#pragma once

#include <string>

#include "adapters/http/http.h"

namespace understudy::controller {

adapters::HttpResponse api_error(int status, const std::string& what);

}  // namespace understudy::controller

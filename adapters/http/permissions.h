// Which client may ask a server for what, by the common name of its certificate.
#pragma once

#include <string>
#include <vector>

#include "adapters/http/http.h"

namespace understudy::adapters {

// Whoever may connect.
std::vector<std::string> everybody(const HttpServerOptions& options);

// `also_for`: which of the limited names something is open to, besides the allowed ones.
bool may_ask(const HttpServerOptions& options, const std::vector<std::string>& also_for,
             const std::string& peer);

}  // namespace understudy::adapters

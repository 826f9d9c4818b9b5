// The web page and the two documents it reads, on a port of their own that knows no request which
// changes anything. docs/page.md says who gets in.
#pragma once

#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "controller/api.h"

namespace understudy::controller {

// Everything is answered to `clients` (IP addresses) alone, and only where it was asked for by an
// IP address or as localhost: a foreign site's name that resolves to us gets nothing.
void serve_page(adapters::HttpServer& server, const ApiParts& parts,
                const std::vector<std::string>& clients);

// IPv4 or IPv6, no name.
bool is_numeric_address(const std::string& text);

}  // namespace understudy::controller

// The sessions of a running HAProxy, as `show sess` lists them (2.6 and 3.0). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace understudy::adapters {

struct ProxySession {
    std::string id;  // as `shutdown session` wants it
    std::string backend;
    std::string server;
    // Its connection to the server is established. HAProxy (2.6.12 and 3.0.11, measured) loses a
    // session that is shut down before: the client's side stays open and silent until its time-out.
    bool connected = false;
};

// kInvalid: a line is not of the known form.
core::Result<std::vector<ProxySession>> sessions_from(std::string_view answer);

// `shutdown session` for the connected ones of that server.
std::vector<std::string> shutdowns(const std::vector<ProxySession>& sessions,
                                   const std::string& backend, const std::string& server);

}  // namespace understudy::adapters

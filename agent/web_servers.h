// The servers of the agent's metrics and health, one for each address or inherited socket.
#pragma once

#include <memory>
#include <vector>

#include "adapters/http/http.h"
#include "agent/config.h"
#include "core/result.h"

namespace understudy::agent {

class WebServers {
  public:
    // Makes them, as configured. kInvalid, kNotFound: a web configuration file that cannot be used;
    // kInvalid: no sockets from systemd.
    core::Result<void> open(const AgentConfig& config);
    // To be told what they serve, before start().
    [[nodiscard]] const std::vector<std::unique_ptr<adapters::HttpServer>>& all() const {
        return servers_;
    }
    // As HttpServer::start(), of the first that cannot.
    core::Result<void> start();
    void stop();

  private:
    std::vector<std::unique_ptr<adapters::HttpServer>> servers_;
};

}  // namespace understudy::agent

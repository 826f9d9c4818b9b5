// The controller's line to one agent over HTTP: one kept connection, one thread.
#pragma once

#include "adapters/http/http.h"
#include "ports/transport.h"

namespace understudy::controller {

class HttpAgentLink final : public ports::AgentLink {
  public:
    explicit HttpAgentLink(adapters::HttpClientOptions agent);

    core::Result<core::HostReport> report(std::uint64_t agent_start, std::uint64_t after,
                                          core::Millis wait) override;
    core::Result<void> assign(const core::Assignment& assignment) override;
    core::Result<void> route(const core::Route& route) override;

    // From any thread: ends a call that runs; later ones fail.
    void interrupt() { client_.interrupt(); }

  private:
    core::Result<void> tell(const std::string& target, const std::string& body);

    adapters::HttpClient client_;
};

}  // namespace understudy::controller

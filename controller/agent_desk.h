// Questions of the API to one agent, each on a connection of its own, apart from the lines that
// carry reports and assignments. From any thread.
#pragma once

#include <map>
#include <string>

#include "adapters/http/http.h"
#include "core/cluster.h"

namespace understudy::controller {

class AgentDesk {
  public:
    AgentDesk(std::map<core::HostName, core::Address> agents, adapters::TlsFiles tls);

    // kNotFound: no such host; else as HttpClient.
    [[nodiscard]] core::Result<adapters::HttpResponse> get(const core::HostName& host,
                                                           const std::string& target) const;
    [[nodiscard]] core::Result<adapters::HttpResponse> post(const core::HostName& host,
                                                            const std::string& target,
                                                            const std::string& body) const;

  private:
    [[nodiscard]] core::Result<adapters::HttpClientOptions> line_to(
        const core::HostName& host) const;

    std::map<core::HostName, core::Address> agents_;
    adapters::TlsFiles tls_;
};

}  // namespace understudy::controller

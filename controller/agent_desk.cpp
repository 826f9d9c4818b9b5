#include "controller/agent_desk.h"

#include <utility>

namespace understudy::controller {

namespace {

constexpr core::Millis kAnswerDeadline{3000};

}  // namespace

AgentDesk::AgentDesk(std::map<core::HostName, core::Address> agents, adapters::TlsFiles tls)
    : agents_(std::move(agents)), tls_(std::move(tls)) {}

core::Result<adapters::HttpClientOptions> AgentDesk::line_to(const core::HostName& host) const {
    const auto agent = agents_.find(host);
    if (agent == agents_.end()) {
        return core::failure(core::ErrorCode::kNotFound, "ask an agent",
                             "no host is named \"" + host.value + "\"");
    }
    return adapters::HttpClientOptions{agent->second, tls_, false};
}

core::Result<adapters::HttpResponse> AgentDesk::get(const core::HostName& host,
                                                    const std::string& target) const {
    auto line = line_to(host);
    if (!line) return tl::unexpected(line.error());
    return adapters::HttpClient(std::move(*line)).get(target, kAnswerDeadline);
}

core::Result<adapters::HttpResponse> AgentDesk::post(const core::HostName& host,
                                                     const std::string& target,
                                                     const std::string& body) const {
    auto line = line_to(host);
    if (!line) return tl::unexpected(line.error());
    return adapters::HttpClient(std::move(*line)).post(target, body, kAnswerDeadline);
}

}  // namespace understudy::controller

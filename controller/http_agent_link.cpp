#include "controller/http_agent_link.h"

#include <utility>

#include "wire/json.h"

namespace understudy::controller {

namespace {

using core::ErrorCode;
using core::failure;
using core::Millis;
using core::Result;

// Beyond the wait that was asked for: a host that takes longer is as good as silent.
constexpr Millis kReportGrace{500};
constexpr Millis kTellDeadline{1000};

ErrorCode code_of(int status) {
    if (status == 409) return ErrorCode::kConflict;
    return status == 400 ? ErrorCode::kInvalid : ErrorCode::kRefused;
}

}  // namespace

HttpAgentLink::HttpAgentLink(adapters::HttpClientOptions agent) : client_(std::move(agent)) {}

Result<core::HostReport> HttpAgentLink::report(std::uint64_t agent_start, std::uint64_t after,
                                               Millis wait) {
    const auto response = client_.get("/v1/report?agent_start=" + std::to_string(agent_start) +
                                          "&after=" + std::to_string(after) +
                                          "&wait_ms=" + std::to_string(wait.count()),
                                      wait + kReportGrace);
    if (!response) return tl::unexpected(response.error());
    if (response->status != 200) {
        return failure(code_of(response->status), "ask for the report", response->body,
                       response->status);
    }
    return wire::report_from_json(response->body);
}

Result<void> HttpAgentLink::tell(const std::string& target, const std::string& body) {
    const auto response = client_.post(target, body, kTellDeadline);
    if (!response) return tl::unexpected(response.error());
    if (response->status == 200) return {};
    return failure(code_of(response->status), "POST " + target, response->body, response->status);
}

Result<void> HttpAgentLink::assign(const core::Assignment& assignment) {
    return tell("/v1/assignment", wire::to_json(assignment));
}

Result<void> HttpAgentLink::route(const core::Route& route) {
    return tell("/v1/route", wire::to_json(route));
}

}  // namespace understudy::controller

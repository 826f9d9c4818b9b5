#include "controller/orphan_api.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "controller/api_error.h"

namespace understudy::controller {

namespace {

using adapters::HttpRequest;
using adapters::HttpResponse;
using core::HostName;
using nlohmann::json;

// Passed on to the agent in a query.
bool is_plain(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
    });
}

HttpResponse passed_on(const core::Result<HttpResponse>& answer) {
    if (answer) return {answer->status, "application/json", answer->body, {}};
    const bool unknown = answer.error().code == core::ErrorCode::kNotFound;
    return api_error(unknown ? 404 : 503, describe(answer.error()));
}

HttpResponse show(const AgentDesk& agents, const HttpRequest& request) {
    const auto id = request.query_value("id");
    const auto offset = request.query_value("offset", "0");
    if (!is_plain(id) || !is_plain(offset)) return api_error(400, "which host and id?");
    return passed_on(agents.get(HostName(request.query_value("host")),
                                "/v1/orphans?id=" + id + "&offset=" + offset));
}

HttpResponse discard(const AgentDesk& agents, const HttpRequest& request) {
    const json body = json::parse(request.body, nullptr, false);
    for (const char* key : {"host", "id"}) {
        if (!body.is_object() || !body.contains(key) || !body[key].is_string()) {
            return api_error(400, "which host and id?");
        }
    }
    const auto host = body["host"].get<std::string>();
    const auto id = body["id"].get<std::string>();
    const auto answer = agents.post(HostName(host), "/v1/orphans/discard", json{{"id", id}}.dump());
    if (!answer || answer->status != 200) return passed_on(answer);
    const json done{{"done", true},
                    {"reason", "the orphans " + id + " of " + host + " are deleted"}};
    return {200, "application/json", done.dump(), {}};
}

}  // namespace

void serve_orphans(adapters::HttpServer& server, const ApiParts& parts, const AgentDesk& agents) {
    server.handle("GET", "/v1/orphans", [parts](const HttpRequest& request) {
        return HttpResponse{200,
                            "application/json",
                            orphans_json(*parts.snapshot(), HostName(request.query_value("host"))),
                            {}};
    });
    server.handle("GET", "/v1/orphans/sql",
                  [&agents](const HttpRequest& request) { return show(agents, request); });
    server.handle("POST", "/v1/orphans/discard",
                  [&agents](const HttpRequest& request) { return discard(agents, request); });
}

}  // namespace understudy::controller

#include "controller/api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "controller/api_error.h"

namespace understudy::controller {

namespace {

using adapters::HttpRequest;
using adapters::HttpResponse;
using nlohmann::json;

constexpr int kHistoryDefault = 50;
constexpr int kHistoryMost = 1000;
constexpr core::Millis kStuck{5000};

HttpResponse json_response(int status, const std::string& body) {
    return {status, "application/json", body, {}};
}

// The body's object, {} for an empty body; nothing for anything else.
std::optional<json> body_of(const HttpRequest& request) {
    if (request.body.empty()) return json::object();
    json body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return std::nullopt;
    for (const char* key : {"cluster", "to", "by", "reason", "host"}) {
        if (body.contains(key) && !body[key].is_string()) return std::nullopt;
    }
    for (const char* key : {"accept_loss", "force"}) {
        if (body.contains(key) && !body[key].is_boolean()) return std::nullopt;
    }
    return body;
}

HttpResponse answered(const std::optional<Answer>& answer) {
    if (!answer) {
        Answer running;
        running.reason = "still running; see the status";
        return json_response(202, answer_json(running));
    }
    return json_response(answer->done ? 200 : 409, answer_json(*answer));
}

// Checks what all requests have in common, then makes the event from the body and awaits its end.
template <class MakeEvent>
HttpResponse ask(const ApiParts& parts, const HttpRequest& request, MakeEvent make_event) {
    const auto body = body_of(request);
    if (!body)
        return api_error(
            400, "the body is no JSON object with texts (accept_loss, force: true or false)");
    const std::string cluster = body->value("cluster", parts.topology.cluster);
    if (cluster != parts.topology.cluster) return api_error(404, "no cluster is named " + cluster);
    const RequestId id = parts.desk.open();
    if (!parts.post(make_event(id, *body))) return api_error(503, "the controller is stopping");
    return answered(parts.desk.await(id, parts.patience));
}

void serve_operation(adapters::HttpServer& server, const ApiParts& parts, const char* path,
                     core::OperationKind kind) {
    server.handle("POST", path, [parts, kind](const HttpRequest& request) {
        return ask(parts, request, [kind](RequestId id, const json& body) {
            core::Request wanted;
            wanted.kind = kind;
            wanted.to = core::HostName(body.value("to", ""));
            wanted.by = body.value("by", "the API");
            wanted.accept_loss = body.value("accept_loss", false);
            return Event(OperationAsked{id, wanted});
        });
    });
}

void serve_host_change(adapters::HttpServer& server, const ApiParts& parts, const char* path,
                       core::HostChange change) {
    server.handle("POST", path, [parts, change](const HttpRequest& request) {
        const auto body = body_of(request);
        if (body && body->value("host", "").empty()) return api_error(400, "name the host");
        if (body && change == core::HostChange::kBeginMaintenance &&
            body->value("reason", "").empty()) {
            return api_error(400, "maintenance needs a reason");
        }
        return ask(parts, request, [change](RequestId id, const json& from) {
            core::HostRequest wanted{change, core::HostName(from.value("host", "")),
                                     from.value("reason", ""), from.value("force", false)};
            const bool named_by =
                change == core::HostChange::kRebuild || change == core::HostChange::kDrain;
            if (named_by) wanted.reason = from.value("by", "the API");
            return Event(HostChangeAsked{id, wanted, from.value("by", "the API")});
        });
    });
}

void serve_pause(adapters::HttpServer& server, const ApiParts& parts) {
    server.handle("POST", "/v1/pause", [parts](const HttpRequest& request) {
        const auto body = body_of(request);
        if (body && body->value("reason", "").empty())
            return api_error(400, "a pause needs a reason");
        return ask(parts, request, [](RequestId id, const json& from) {
            return Event(PauseAsked{id, true, from.value("reason", "")});
        });
    });
    server.handle("POST", "/v1/resume", [parts](const HttpRequest& request) {
        return ask(parts, request, [](RequestId id, const json&) {
            return Event(PauseAsked{id, false, ""});
        });
    });
}

std::optional<int> limit_of(const HttpRequest& request) {
    const std::string text = request.query_value("limit", std::to_string(kHistoryDefault));
    int limit = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, limit);
    if (problem != std::errc{} || stopped != end || limit < 1 || limit > kHistoryMost) {
        return std::nullopt;
    }
    return limit;
}

std::string missing_parts(const Snapshot& snapshot) {
    std::string lines;
    if (snapshot.store_trouble) lines += "store: " + *snapshot.store_trouble + "\n";
    for (const auto& [host, reachable] : snapshot.reachable) {
        if (reachable) continue;
        const auto why = snapshot.unheard.find(host);
        lines += host.value + ": its agent is not heard" +
                 (why == snapshot.unheard.end() ? "" : ": " + why->second) + "\n";
    }
    if (!snapshot.undecided.empty()) lines += snapshot.undecided + "\n";
    return lines;
}

}  // namespace

HttpResponse status_answer(const ApiParts& parts) {
    return json_response(200, status_json(*parts.snapshot(), parts.topology, parts.program,
                                          parts.waiting(), parts.clock.now().monotonic));
}

HttpResponse history_answer(const ApiParts& parts, const HttpRequest& request) {
    const auto limit = limit_of(request);
    if (!limit) return api_error(400, "limit is a number from 1 to 1000");
    const auto entries = parts.history(*limit);
    if (!entries) return api_error(500, describe(entries.error()));
    return json_response(200, history_json(*entries));
}

void serve_api(adapters::HttpServer& server, const ApiParts& parts) {
    server.handle("GET", "/v1/status",
                  [parts](const HttpRequest&) { return status_answer(parts); });
    server.handle("GET", "/v1/history",
                  [parts](const HttpRequest& request) { return history_answer(parts, request); });
    serve_operation(server, parts, "/v1/switchover", core::OperationKind::kSwitchover);
    serve_operation(server, parts, "/v1/failover", core::OperationKind::kFailover);
    serve_pause(server, parts);
    serve_host_change(server, parts, "/v1/detach", core::HostChange::kDetach);
    serve_host_change(server, parts, "/v1/attach", core::HostChange::kAttach);
    serve_host_change(server, parts, "/v1/rejoin", core::HostChange::kRejoin);
    serve_host_change(server, parts, "/v1/rebuild", core::HostChange::kRebuild);
    serve_host_change(server, parts, "/v1/drain", core::HostChange::kDrain);
    serve_host_change(server, parts, "/v1/undrain", core::HostChange::kUndrain);
    serve_host_change(server, parts, "/v1/maintenance/begin", core::HostChange::kBeginMaintenance);
    serve_host_change(server, parts, "/v1/maintenance/end", core::HostChange::kEndMaintenance);
}

void serve_web(adapters::HttpServer& server, const WebParts& parts) {
    server.handle("GET", "/metrics", [parts](const HttpRequest&) {
        return HttpResponse{200, "text/plain; version=0.0.4; charset=utf-8", parts.metrics(), {}};
    });
    server.handle("GET", "/-/healthy", [parts](const HttpRequest&) {
        const auto age = parts.clock.now().monotonic - parts.snapshot()->at.monotonic;
        if (age < kStuck) return HttpResponse{200, "text/plain", "ok\n", {}};
        return HttpResponse{503, "text/plain", "the decision thread is stuck\n", {}};
    });
    server.handle("GET", "/-/ready", [parts](const HttpRequest&) {
        const auto snapshot = parts.snapshot();
        const std::string missing = missing_parts(*snapshot);
        const int status = snapshot->store_trouble ? 503 : 200;
        return HttpResponse{status,
                            "text/plain; charset=utf-8",
                            missing.empty() ? "ok\n" : "goes on without\n" + missing,
                            {}};
    });
    server.handle("GET", "/", [](const HttpRequest&) {
        return HttpResponse{
            200, "text/plain", "understudy-controller: /metrics /-/healthy /-/ready\n", {}};
    });
}

}  // namespace understudy::controller

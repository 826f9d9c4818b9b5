// The controller's HTTP interfaces; docs/api.md describes them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "controller/cluster_loop.h"
#include "controller/request_desk.h"
#include "controller/status_json.h"

namespace understudy::controller {

struct ApiParts {
    core::Topology topology;
    ProgramFacts program;
    std::function<std::shared_ptr<const Snapshot>()> snapshot;
    std::function<WaitingByHost()> waiting;
    std::function<core::Result<std::vector<ports::HistoryEntry>>(int limit)> history;
    std::function<bool(Event&&)> post;
    RequestDesk& desk;
    const ports::Clock& clock;
    core::Millis patience{60'000};  // how long an operation's answer is awaited
};

// What only tells; `request` is for the query.
adapters::HttpResponse status_answer(const ApiParts& parts);
adapters::HttpResponse history_answer(const ApiParts& parts, const adapters::HttpRequest& request);

// The mutual TLS port: /v1/status, /v1/history, /v1/switchover, /v1/failover, /v1/pause,
// /v1/resume.
void serve_api(adapters::HttpServer& server, const ApiParts& parts);

struct WebParts {
    std::function<std::string()> metrics;
    std::function<std::shared_ptr<const Snapshot>()> snapshot;
    const ports::Clock& clock;
};

// The plain port: /metrics, /-/healthy (the decision thread runs), /-/ready (the store works; the
// answer also lists what is missing).
void serve_web(adapters::HttpServer& server, const WebParts& parts);

}  // namespace understudy::controller

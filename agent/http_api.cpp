#include "agent/http_api.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/reader_lag.h"
#include "wire/json.h"

namespace understudy::agent {

namespace {

using adapters::HttpRequest;
using adapters::HttpResponse;

constexpr std::uint64_t kLongestWaitMs = 30'000;

HttpResponse refusal(const core::Error& error) {
    HttpResponse response;
    response.status = error.code == core::ErrorCode::kConflict   ? 409
                      : error.code == core::ErrorCode::kInvalid  ? 400
                      : error.code == core::ErrorCode::kNotFound ? 404
                                                                 : 500;
    response.content_type = "application/json";
    response.body = nlohmann::json{{"error", core::describe(error)}}.dump();
    return response;
}

HttpResponse accepted() { return {200, "application/json", "{}", {}}; }

HttpResponse no_such_service(const char* what) {
    return refusal({core::ErrorCode::kInvalid, "accept", what, 0});
}

std::uint64_t number(const HttpRequest& request, const char* key) {
    const auto text = request.query_value(key, "0");
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

constexpr std::size_t kSqlPart = 256U << 10U;

HttpResponse orphan_sql(const adapters::OrphanFolder& folder, const HttpRequest& request) {
    const auto offset = number(request, "offset");
    const auto part = folder.sql(request.query_value("id"), offset, kSqlPart);
    if (!part) return refusal(part.error());
    const auto end = offset + part->text.size();
    nlohmann::json document{{"sql", part->text}, {"offset", offset}, {"size", part->size}};
    document["next"] = end < part->size ? nlohmann::json(end) : nlohmann::json(nullptr);
    // Column values are shown as the bytes they are.
    return {200,
            "application/json",
            document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
            {}};
}

HttpResponse discard(const adapters::OrphanFolder& folder, const HttpRequest& request) {
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("id") || !body["id"].is_string()) {
        return refusal({core::ErrorCode::kInvalid, "discard orphans", "which id?", 0});
    }
    const auto done = folder.discard(body["id"].get<std::string>());
    return done ? accepted() : refusal(done.error());
}

void serve_orphans(adapters::HttpServer& server, const adapters::OrphanFolder* folder) {
    const auto serve = [&server, folder](const char* method, const char* path, auto answer) {
        server.handle(method, path, [folder, answer](const HttpRequest& request) {
            if (folder != nullptr) return answer(*folder, request);
            return refusal({core::ErrorCode::kNotFound, "look for orphans",
                            "no folder is configured here (mysql.orphans_dir)", 0});
        });
    };
    serve("GET", "/v1/orphans", orphan_sql);
    serve("POST", "/v1/orphans/discard", discard);
}

HttpResponse verdict(bool good, const std::string& cause) {
    HttpResponse response;
    response.status = good ? 200 : 503;
    response.body = (good ? "ok" : cause) + "\n";
    return response;
}

std::string why_not_primary(const core::HostReport& report) {
    if (!report.database) return "no database is configured here";
    if (report.database->process != core::ProcessState::kRunning) return "mysqld is not running";
    if (!report.database->answering) return "mysqld does not answer";
    if (!report.applied || !core::is_primary(report.applied->role)) return "not the primary";
    return report.database->super_read_only ? "not open for writes" : "";
}

std::string why_not_replica(const core::HostReport& report, bool serves, core::Millis max_lag) {
    if (!report.database) return "no database is configured here";
    if (report.database->process != core::ProcessState::kRunning) return "mysqld is not running";
    if (!report.database->answering) return "mysqld does not answer";
    if (!report.applied || !core::is_replica(report.applied->role)) return "not a replica";
    const auto& replication = report.database->replication;
    if (!replication.applier_running) return "the applier is stopped";
    if (!replication.lag_seconds) return "its lag is unknown";
    return core::lag_lets_read(replication.lag_seconds, serves, max_lag) ? "" : "it lags";
}

std::string why_not_ready(const core::HostReport& report) {
    if (report.database && !report.database->answering) return report.database->trouble;
    if (report.load_balancer && !report.load_balancer->trouble.empty()) {
        return report.load_balancer->trouble;
    }
    if (report.backend && !report.backend->healthy) return report.backend->cause;
    return "";
}

// A witness: every part of this host that is told of epochs must know no later one.
HttpResponse grant(const ControlTargets& targets, const HttpRequest& request) {
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("epoch") || !body["epoch"].is_number_unsigned()) {
        return refusal({core::ErrorCode::kInvalid, "grant a lease", "of which epoch?", 0});
    }
    const core::Epoch epoch{body["epoch"].get<std::uint64_t>()};
    const bool witness = targets.database != nullptr || targets.route != nullptr;
    const bool granted = witness &&
                         (targets.database == nullptr || targets.database->grants(epoch)) &&
                         (targets.route == nullptr || targets.route->grants(epoch));
    return {200, "application/json", nlohmann::json{{"granted", granted}}.dump(), {}};
}

}  // namespace

void serve_control(adapters::HttpServer& server, ControlTargets targets,
                   const std::vector<std::string>& peers) {
    server.handle("GET", "/v1/report", [targets](const HttpRequest& request) {
        if (targets.database != nullptr) targets.database->controller_heard();
        const auto wait = std::min(number(request, "wait_ms"), kLongestWaitMs);
        const auto report = targets.board.wait_for_news(
            number(request, "agent_start"), number(request, "after"), core::Millis{wait});
        return HttpResponse{200, "application/json", wire::to_json(report), {}};
    });
    server.handle("POST", "/v1/assignment", [targets](const HttpRequest& request) {
        if (targets.database == nullptr) return no_such_service("no database is configured here");
        const auto assignment = wire::assignment_from_json(request.body);
        if (!assignment) return refusal(assignment.error());
        const auto done = targets.database->accept(*assignment);
        return done ? accepted() : refusal(done.error());
    });
    server.handle("POST", "/v1/route", [targets](const HttpRequest& request) {
        if (targets.route == nullptr) return no_such_service("no load balancer is configured here");
        const auto route = wire::route_from_json(request.body);
        if (!route) return refusal(route.error());
        const auto done = targets.route->accept(*route);
        return done ? accepted() : refusal(done.error());
    });
    server.handle("GET", "/v1/waiting", [targets](const HttpRequest&) {
        const auto waiting = targets.waiting ? targets.waiting->now() : wire::HostWaiting{};
        return HttpResponse{200, "application/json", wire::to_json(waiting), {}};
    });
    server.handle(
        "POST", "/v1/lease",
        [targets](const HttpRequest& request) { return grant(targets, request); }, peers);
    serve_orphans(server, targets.orphans);
}

void serve_health(adapters::HttpServer& server, const ReportBoard& board,
                  core::Millis max_reader_lag) {
    const auto answer = [&server, &board](const char* path, auto why_not) {
        server.handle("GET", path, [&board, why_not](const HttpRequest&) {
            const auto cause = why_not(board.current());
            return verdict(cause.empty(), cause);
        });
    };
    answer("/primary", why_not_primary);
    answer("/replica", [max_reader_lag, serves = std::make_shared<std::atomic_bool>(true)](
                           const core::HostReport& report) {
        auto cause = why_not_replica(report, *serves, max_reader_lag);
        *serves = cause.empty();
        return cause;
    });
    answer("/backend", [](const core::HostReport& report) {
        if (!report.backend) return std::string("no web server is configured here");
        if (report.backend->healthy) return std::string();
        return (report.backend->dead ? "dead: " : "sick: ") + report.backend->cause;
    });
    answer("/-/healthy", [](const core::HostReport&) { return std::string(); });
    answer("/-/ready", why_not_ready);
}

}  // namespace understudy::agent

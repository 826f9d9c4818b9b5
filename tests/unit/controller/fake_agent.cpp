#include "tests/unit/controller/fake_agent.h"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "tests/unit/controller/simulated_site.h"
#include "wire/json.h"

namespace understudy::controller::test {

namespace {

using adapters::HttpRequest;
using adapters::HttpResponse;

core::WallTime now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

adapters::HttpServerOptions options_of(const adapters::TlsFiles& tls, const std::string& allowed) {
    adapters::HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.tls = tls;
    options.allowed_names = {allowed};
    return options;
}

}  // namespace

FakeAgent::FakeAgent(core::HostReport report, const adapters::TlsFiles& tls,
                     const std::string& controller)
    : report_(std::move(report)), server_(options_of(tls, controller)) {
    report_.sequence = 1;
    server_.handle("GET", "/v1/report", [this](const HttpRequest& r) { return poll(r); });
    server_.handle("POST", "/v1/assignment", [this](const HttpRequest& r) { return assign(r); });
    server_.handle("POST", "/v1/route", [this](const HttpRequest& r) { return route(r); });
    server_.handle("GET", "/v1/waiting", [this](const HttpRequest&) { return waiting(); });
    if (auto started = server_.start(); !started)
        throw std::runtime_error(describe(started.error()));
}

FakeAgent::~FakeAgent() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

void FakeAgent::publish(const std::function<void(core::HostReport&)>& change) {
    const std::lock_guard lock(mutex_);
    change(report_);
    ++report_.sequence;
    changed_.notify_all();
}

core::HostReport FakeAgent::report() const {
    const std::lock_guard lock(mutex_);
    return report_;
}

bool FakeAgent::await(const std::function<bool(const core::HostReport&)>& wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5), [&] { return wanted(report_); });
}

void FakeAgent::refuse_all() {
    const std::lock_guard lock(mutex_);
    refuses_ = true;
}

void FakeAgent::let_wait(const wire::HostWaiting& waiting) {
    const std::lock_guard lock(mutex_);
    waiting_ = waiting;
}

HttpResponse FakeAgent::waiting() const {
    const std::lock_guard lock(mutex_);
    if (!waiting_) return {404, "text/plain", "", {}};
    return {200, "application/json", wire::to_json(*waiting_), {}};
}

HttpResponse FakeAgent::poll(const HttpRequest& request) {
    const auto after = std::stoull(request.query_value("after", "0"));
    const auto start = std::stoull(request.query_value("agent_start", "0"));
    const std::chrono::milliseconds wait(std::stoll(request.query_value("wait_ms", "0")));
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [&] {
        return closed_ || report_.sequence > after || report_.agent_start != start;
    });
    return {200, "application/json", wire::to_json(report_), {}};
}

HttpResponse FakeAgent::assign(const HttpRequest& request) {
    const auto assignment = wire::assignment_from_json(request.body);
    if (!assignment) return {400, "text/plain", assignment.error().detail, {}};
    {
        const std::lock_guard lock(mutex_);
        if (refuses_) return {409, "text/plain", "holds a newer one", {}};
    }
    publish([&](core::HostReport& report) {
        carry_out(report, *assignment, now());
        // As if the other host were a replica that acknowledges.
        report.database->semi_sync.source_clients = is_primary(assignment->role) ? 1 : 0;
        report.database->semi_sync.replica_active = report.database->semi_sync.replica_enabled;
    });
    return {200, "application/json", "{}", {}};
}

HttpResponse FakeAgent::route(const HttpRequest& request) {
    const auto route = wire::route_from_json(request.body);
    if (!route) return {400, "text/plain", route.error().detail, {}};
    publish([&](core::HostReport& report) { carry_out(report, *route, now()); });
    return {200, "application/json", "{}", {}};
}

}  // namespace understudy::controller::test

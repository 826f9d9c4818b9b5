// An agent's control port, served for real over mutual TLS, that carries out what it is told.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "adapters/http/http.h"
#include "core/facts.h"
#include "wire/waiting.h"

namespace understudy::controller::test {

class FakeAgent {
  public:
    // Serves on a free port of 127.0.0.1; only `controller` is let in.
    FakeAgent(core::HostReport report, const adapters::TlsFiles& tls,
              const std::string& controller);
    ~FakeAgent();

    [[nodiscard]] core::Address address() const { return {"127.0.0.1", server_.port()}; }
    void publish(const std::function<void(core::HostReport&)>& change);
    [[nodiscard]] core::HostReport report() const;
    // Waits until the report satisfies; false after five seconds.
    bool await(const std::function<bool(const core::HostReport&)>& wanted);

    // What it says of those that wait; before, it knows no such question, as an earlier version.
    void let_wait(const wire::HostWaiting& waiting);

    // Refuses assignments as one that was told something newer.
    void refuse_all();

  private:
    adapters::HttpResponse poll(const adapters::HttpRequest& request);
    adapters::HttpResponse assign(const adapters::HttpRequest& request);
    adapters::HttpResponse route(const adapters::HttpRequest& request);
    adapters::HttpResponse waiting() const;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    core::HostReport report_;
    std::optional<wire::HostWaiting> waiting_;
    bool refuses_ = false;
    bool closed_ = false;
    adapters::HttpServer server_;
};

}  // namespace understudy::controller::test

// Asks every agent in turn how many requests wait on its host, for people to see: those that did so
// at the last two looks. On a thread and connections of its own: nothing that decides, records or
// tells waits for it, and it decides nothing.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "adapters/http/http.h"
#include "controller/site_waiting.h"
#include "ports/clock.h"

namespace understudy::controller {

class WaitingWatch {
  public:
    WaitingWatch(const std::map<core::HostName, core::Address>& agents,
                 const adapters::TlsFiles& tls, const ports::Clock& clock);
    ~WaitingWatch();
    WaitingWatch(const WaitingWatch&) = delete;
    WaitingWatch& operator=(const WaitingWatch&) = delete;

    void start();
    [[nodiscard]] WaitingByHost newest() const;

  private:
    void run(const std::stop_token& stop);
    struct Agent {
        explicit Agent(adapters::HttpClientOptions options) : line(std::move(options)) {}
        adapters::HttpClient line;
        std::optional<wire::HostWaiting> last;  // the thread's own
    };
    void ask(const core::HostName& host, Agent& agent);

    const ports::Clock& clock_;
    std::map<core::HostName, std::unique_ptr<Agent>> agents_;
    mutable std::mutex mutex_;
    std::condition_variable_any stopped_;
    WaitingByHost heard_;
    std::jthread thread_;
};

}  // namespace understudy::controller

// A client that asks for a page again and again, each time on a new connection, and remembers how
// each request ended.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/cluster.h"
#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

struct GettingOptions {
    core::Address server;
    std::string authority{};  // HTTPS, the server verified by the authority in this file
    std::string target = "/";
    core::Millis interval{10};
    core::Millis deadline{5000};
};

struct GetResult {
    core::WallTime began;
    core::WallTime ended;
    std::string served_by;  // the web server, as Nginx names itself; empty when it failed
    std::string failure;    // empty for a 200
};

class GettingClient {
  public:
    explicit GettingClient(GettingOptions options);
    ~GettingClient();
    GettingClient(const GettingClient&) = delete;
    GettingClient& operator=(const GettingClient&) = delete;

    // Until `count` more requests that began after this call have been answered well.
    core::Result<void> await_good(std::size_t count, core::Millis deadline);
    // The same for those that began after `began`.
    core::Result<void> await_good_since(core::WallTime began, std::size_t count,
                                        core::Millis deadline);
    [[nodiscard]] std::vector<GetResult> results() const;
    [[nodiscard]] std::vector<GetResult> failures() const;
    void stop();

  private:
    void run(const std::stop_token& stop);

    GettingOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<GetResult> results_;
    std::jthread thread_;
};

GetResult get_once(const GettingOptions& options);

// Web servers by the number of requests they answered.
std::map<std::string, int> served(const std::vector<GetResult>& results);

}  // namespace understudy::stack

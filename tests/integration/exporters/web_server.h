// Nginx and PHP-FPM as a web server runs them, on loopback and in a scratch directory.
#pragma once

#include <string>
#include <vector>

#include "exporters/nginx/collector.h"
#include "exporters/php_fpm/pool.h"
#include "tests/integration/exporters/daemon.h"

namespace understudy::integration {

class Nginx {
  public:
    // Sends its access log to that port of 127.0.0.1; 0: nowhere.
    explicit Nginx(std::uint16_t access_log_port = 0);
    [[nodiscard]] exporters::HttpUrl status_url() const {
        return {{"127.0.0.1", port_}, "/status"};
    }
    // Answered 204 by the virtual host "www.example.org".
    [[nodiscard]] exporters::HttpUrl page_url() const { return {{"127.0.0.1", port_}, "/page"}; }
    // The same through itself as an upstream, which logs that request too.
    [[nodiscard]] exporters::HttpUrl asked_url() const { return {{"127.0.0.1", port_}, "/asked"}; }
    Daemon& daemon() { return daemon_; }

  private:
    ScratchDirectory directory_;
    std::uint16_t port_;
    Daemon daemon_;
};

// A pool with a single child, so that one request that does not end saturates it.
class PhpFpm {
  public:
    // With these arguments more.
    explicit PhpFpm(const std::vector<std::string>& arguments = {});
    [[nodiscard]] exporters::PoolOptions pool() const;
    // Runs that PHP program in the child, once.
    [[nodiscard]] core::Result<void> run(const std::string& program) const;
    Daemon& daemon() { return daemon_; }

  private:
    ScratchDirectory directory_;
    Daemon daemon_;
};

// Holds a connection to the pool on which no request ever comes.
class SilentClient {
  public:
    explicit SilentClient(const exporters::PoolOptions& pool);
    ~SilentClient();
    SilentClient(const SilentClient&) = delete;
    SilentClient& operator=(const SilentClient&) = delete;

  private:
    int socket_;
};

}  // namespace understudy::integration

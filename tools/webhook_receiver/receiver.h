// Keeps what webhooks are sent: POST /hook/NAME keeps the body, GET /received[?hook=NAME] lists
// what was kept as {"received": […]}, the oldest first. For demonstrations and tests.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/http/http.h"
#include "tools/webhook_receiver/inbox_file.h"

namespace understudy::tools {

class Receiver {
  public:
    Receiver(std::filesystem::path directory, std::size_t most_lines_per_hook);

    void serve(adapters::HttpServer& server);

  private:
    adapters::HttpResponse keep(const adapters::HttpRequest& request);
    adapters::HttpResponse list(const adapters::HttpRequest& request);
    InboxFile& inbox(const std::string& hook);
    void read_directory();

    std::filesystem::path directory_;
    std::size_t most_lines_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<InboxFile>> inboxes_;
};

}  // namespace understudy::tools

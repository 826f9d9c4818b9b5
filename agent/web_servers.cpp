#include "agent/web_servers.h"

#include <utility>

namespace understudy::agent {

namespace {

constexpr int kThreads = 8;

}  // namespace

WebServers::WebServers(const std::vector<core::Address>& addresses) {
    for (const auto& address : addresses) {
        adapters::HttpServerOptions options;
        options.listen = address;
        options.threads = kThreads;
        servers_.push_back(std::make_unique<adapters::HttpServer>(std::move(options)));
    }
}

core::Result<void> WebServers::start() {
    for (const auto& server : servers_) {
        if (auto started = server->start(); !started) return started;
    }
    return {};
}

void WebServers::stop() {
    for (const auto& server : servers_) server->stop();
}

}  // namespace understudy::agent

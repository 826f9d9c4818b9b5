#include "agent/web_servers.h"

#include <utility>

#include "adapters/http/inherited_sockets.h"
#include "adapters/web_config/web_access.h"

namespace understudy::agent {

namespace {

constexpr int kThreads = 8;

}  // namespace

core::Result<void> WebServers::open(const AgentConfig& config) {
    std::vector<adapters::HttpServerOptions> all;
    if (config.web_systemd_sockets) {
        const auto sockets = adapters::inherited_sockets();
        if (!sockets) return tl::unexpected<core::Error>(sockets.error());
        for (const int socket : *sockets) all.emplace_back().inherited_socket = socket;
    } else {
        for (const auto& address : config.web_listen) all.emplace_back().listen = address;
    }
    std::shared_ptr<adapters::WebAccess> access;
    if (!config.web_config_file.empty()) {
        auto loaded = adapters::WebAccess::load(config.web_config_file);
        if (!loaded) return tl::unexpected<core::Error>(loaded.error());
        access = std::move(*loaded);
    }
    for (auto& options : all) {
        options.threads = kThreads;
        if (access) adapters::WebAccess::guard(access, options);
        servers_.push_back(std::make_unique<adapters::HttpServer>(std::move(options)));
    }
    return {};
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

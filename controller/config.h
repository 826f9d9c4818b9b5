// The controller's configuration file; compose/config/controller.yaml shows every section.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "controller/scrape_targets.h"
#include "core/cluster.h"
#include "core/result.h"

namespace understudy::controller {

struct LogConfig {
    std::string level;   // debug, info, warn, error
    std::string format;  // text, json
    bool operator==(const LogConfig&) const = default;
};

struct WebhookConfig {
    std::string name;
    core::Address server;
    std::string target;  // path and query
    bool https = false;  // the server is verified by the system's authorities
    bool operator==(const WebhookConfig&) const = default;
};

// Plain HTTP, open to these addresses alone.
struct PageConfig {
    core::Address listen;
    std::vector<std::string> clients;
    bool operator==(const PageConfig&) const = default;
};

struct ControllerConfig {
    std::string state_dir;
    LogConfig log;
    core::Address web_listen;
    core::Address api_listen;
    std::optional<PageConfig> page;
    adapters::TlsFiles tls;  // for the API, and towards the agents
    std::vector<std::string> allowed_names;
    std::string sqlite_file;
    core::Topology topology;
    core::Policy policy;
    std::map<core::HostName, core::Address> agents;
    std::vector<WebhookConfig> webhooks;
    std::optional<ScrapeTargetsConfig> prometheus;  // absent: no file is written
    bool operator==(const ControllerConfig&) const = default;
};

// The keys in which `fresh` differs from what runs and that count only after a restart: all but
// policy, priorities and sites.
std::vector<std::string> needs_restart(const ControllerConfig& running,
                                       const ControllerConfig& fresh);

// The error's detail holds lines "FILE:LINE: key.path: what is wrong; remedy".
core::Result<ControllerConfig> load_config(const std::string& file);

// "http[s]://host[:port]/path"; kInvalid otherwise.
core::Result<WebhookConfig> parse_webhook(const std::string& name, const std::string& url);

}  // namespace understudy::controller

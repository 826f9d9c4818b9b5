#include "agent/config.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "adapters/config/yaml_reader.h"
#include "adapters/network/datagram_inbox.h"

namespace understudy::agent {

namespace {

using adapters::YamlNode;
using core::Millis;

constexpr std::int64_t kLongestMs = 600'000;

Millis millis_or(YamlNode& node, const std::string& key, Millis otherwise) {
    return Millis{node.integer_or(key, otherwise.count(), 1, kLongestMs)};
}

std::string secret(YamlNode& node, const std::string& key) {
    const auto file = node.text(key);
    if (file.empty()) return "";
    auto read = adapters::read_secret(file);
    if (read) return std::move(*read);
    node.error(key, read.error().detail);
    return "";
}

adapters::TlsFiles tls_files(YamlNode node) {
    return {node.text("ca"), node.text("cert"), node.text("key")};
}

MysqlConfig mysql_config(YamlNode node) {
    MysqlConfig config;
    config.process = node.text_or("process", "mysqld");
    config.socket = node.text("socket");
    config.user = node.text("user");
    config.password = secret(node, "password_file");
    auto replication = node.section("replication");
    config.replication_user = replication.text("user");
    config.replication_password = secret(replication, "password_file");
    config.replication_ca = replication.text("ca");
    config.rejoin_file = node.text_or(
        "rejoin_file",
        std::filesystem::path(config.socket).replace_filename("understudy-rejoin.json"));
    config.clone_mib_per_second =
        static_cast<int>(node.integer_or("clone_max_mib_per_second", 0, 0, 1'048'576));
    config.orphans_dir = node.text_or("orphans_dir", "");
    config.policy.fence_budget = millis_or(node, "fence_budget_ms", config.policy.fence_budget);
    config.policy.hang_timeout = millis_or(node, "hang_timeout_ms", config.policy.hang_timeout);
    config.policy.confirm_timeout =
        millis_or(node, "confirm_timeout_ms", config.policy.confirm_timeout);
    config.policy.rejoin_timeout =
        millis_or(node, "rejoin_timeout_ms", config.policy.rejoin_timeout);
    config.canary_interval = millis_or(node, "canary_interval_ms", config.canary_interval);
    config.max_reader_lag = millis_or(node, "max_reader_lag_ms", config.max_reader_lag);
    return config;
}

AccessLogConfig access_log_config(YamlNode node) {
    constexpr std::int64_t kMostVhosts = 1000;
    AccessLogConfig config;
    config.listen = node.address("listen");
    if (const auto good = adapters::check_inbox_address(config.listen);
        !good && !config.listen.host.empty()) {
        node.error("listen", good.error().detail);
    }
    config.max_vhosts =
        static_cast<int>(node.integer_or("max_vhosts", config.max_vhosts, 1, kMostVhosts));
    return config;
}

NginxConfig nginx_config(YamlNode node) {
    NginxConfig config{node.text_or("process", "nginx"), node.text("status_url")};
    if (auto log = node.optional_section("access_log")) {
        config.access_log = access_log_config(*log);
    }
    return config;
}

PhpFpmConfig php_fpm_config(YamlNode node) {
    PhpFpmConfig config;
    config.process = node.text("process");
    config.config_files = node.texts_or("config_files", {});
    for (const auto& pattern : config.config_files) {
        if (!pattern.starts_with('/')) {
            node.error("config_files", "\"" + pattern + "\" is no absolute path");
        }
    }
    for (auto& pool : node.list("pools")) {
        config.pools.push_back({pool.text("name"), pool.text("address"),
                                pool.text_or("status_path", "/fpm-status"),
                                pool.text_or("ping_path", "/fpm-ping")});
    }
    return config;
}

std::map<std::string, std::map<core::HostName, std::string>> server_names(
    YamlNode& node, const HaproxyConfig& config) {
    std::map<std::string, std::map<core::HostName, std::string>> names;
    for (const auto& backend : node.keys()) {
        auto servers = node.section(backend);
        if (backend != config.writer_backend && backend != config.reader_backend &&
            backend != config.web_backend) {
            node.error(backend,
                       "none of writer_backend, reader_backend and web_backend has this name");
        }
        std::set<std::string> taken;
        for (const auto& host : servers.keys()) {
            auto server = servers.text(host);
            if (!taken.insert(server).second) {
                servers.error(host, server + " is already the name of another host's server");
            }
            names[backend][core::HostName(host)] = std::move(server);
        }
    }
    return names;
}

HaproxyConfig haproxy_config(YamlNode node) {
    HaproxyConfig config;
    config.process = node.text_or("process", "haproxy");
    config.socket = node.text("socket");
    config.writer_backend = node.text("writer_backend");
    config.reader_backend = node.text_or("reader_backend", "");
    config.web_backend = node.text_or("web_backend", "");
    if (auto names = node.optional_section("server_names")) {
        config.server_names = server_names(*names, config);
    }
    return config;
}

BackendCheckConfig backend_check_config(YamlNode& node) {
    constexpr std::int64_t kLongest = 10'000;
    BackendCheckConfig config;
    config.http_url = node.text_or("http_url", "");
    config.expect_status =
        static_cast<int>(node.integer_or("expect_status", config.expect_status, 100, 599));
    config.timeout = Millis{node.integer_or("timeout_ms", config.timeout.count(), 10, kLongest)};
    if (config.http_url.empty() && node.has("expect_status")) {
        node.error("expect_status", "there is no page that could answer it; give http_url too");
    }
    return config;
}

void read_services(YamlNode& root, AgentConfig& config) {
    if (auto node = root.optional_section("mysql")) config.mysql = mysql_config(*node);
    if (auto node = root.optional_section("nginx")) config.nginx = nginx_config(*node);
    if (auto node = root.optional_section("php_fpm")) config.php_fpm = php_fpm_config(*node);
    if (auto node = root.optional_section("haproxy")) config.haproxy = haproxy_config(*node);
    if (auto node = root.optional_section("keepalived")) {
        config.keepalived = {node->text_or("process", "keepalived"), node->text("interface"),
                             node->text("vip")};
    }
    if (auto node = root.optional_section("host_collectors")) {
        config.host_collectors = node->flag_or("enabled", true);
    }
    if (auto node = root.optional_section("collectors")) {
        for (auto& name : node->texts_or("disabled", {})) config.collectors[name] = false;
    }
    if (auto node = root.optional_section("firewall")) {
        config.firewall_counters_file = node->text("counters_file");
    }
    if (auto node = root.optional_section("certificates")) {
        config.certificate_files = node->texts_or("files", {});
    }
    if (auto node = root.optional_section("backend_check")) {
        config.backend_check = backend_check_config(*node);
    }
}

}  // namespace

core::Result<AgentConfig> load_config(const std::string& file) {
    auto root = YamlNode::load(file);
    if (!root) return tl::unexpected<core::Error>(root.error());
    AgentConfig config;
    config.host = core::HostName(root->text("host"));
    config.state_dir = root->text("state_dir");
    config.log_level = "info";
    config.log_format = "text";
    if (auto log = root->optional_section("log")) {
        config.log_level = log->choice_or("level", "info", {"debug", "info", "warn", "error"});
        config.log_format = log->choice_or("format", "text", {"text", "json"});
    }
    auto web = root->section("web");
    config.web_listen = {web.address("listen")};
    config.web_config_file = web.text_or("config_file", "");
    auto control = root->section("control");
    config.control_listen = control.address("listen");
    config.control_tls = tls_files(control.section("tls"));
    config.allowed_names = control.texts_or("allowed_names", {});
    if (config.allowed_names.empty()) {
        control.error("allowed_names", "nobody may control this agent; name the controllers");
    }
    config.peers = control.texts_or("peers", {});
    read_services(*root, config);
    if (auto finished = root->finish(); !finished) {
        return tl::unexpected<core::Error>(finished.error());
    }
    return config;
}

}  // namespace understudy::agent

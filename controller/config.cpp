#include "controller/config.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "adapters/config/yaml_reader.h"
#include "controller/page.h"

namespace understudy::controller {

namespace {

using adapters::YamlNode;
using core::ErrorCode;
using core::failure;
using core::HostName;
using core::Millis;
using core::Result;

constexpr std::int64_t kLongestMs = 3'600'000;

Millis millis_or(YamlNode& node, const std::string& key, Millis otherwise, std::int64_t least) {
    return Millis(node.integer_or(key, otherwise.count(), least, kLongestMs));
}

void read_listeners(YamlNode& root, ControllerConfig& config) {
    auto log = root.optional_section("log");
    config.log = {
        log ? log->choice_or("level", "info", {"debug", "info", "warn", "error"}) : "info",
        log ? log->choice_or("format", "text", {"text", "json"}) : "text"};
    config.web_listen = root.section("web").address("listen");
    auto api = root.section("api");
    config.api_listen = api.address("listen");
    config.allowed_names = api.texts_or("allowed_names", {});
    if (config.allowed_names.empty()) {
        api.error("allowed_names", "nobody could use the API; name at least one, such as operator");
    }
    auto tls = api.section("tls");
    config.tls = {tls.text("ca"), tls.text("cert"), tls.text("key")};
    if (auto good = adapters::check_tls_files(config.tls);
        !good && !config.tls.ca.empty() && !config.tls.cert.empty() && !config.tls.key.empty()) {
        api.error("tls", good.error().operation + ": " + good.error().detail);
    }
}

void read_page(YamlNode& root, ControllerConfig& config) {
    auto node = root.optional_section("page");
    if (!node) return;
    config.page = {node->address("listen"), node->texts_or("clients", {"127.0.0.1", "::1"})};
    for (const auto& client : config.page->clients) {
        if (is_numeric_address(client)) continue;
        node->error("clients", "\"" + client + "\" is no IP address");
    }
}

// Whoever is named twice must have one agent.
void add_agent(ControllerConfig& config, YamlNode& node, const HostName& name) {
    const core::Address agent = node.address("agent");
    const auto [known, added] = config.agents.emplace(name, agent);
    if (!added && !(known->second == agent)) {
        node.error("agent", name.value + " is given another agent elsewhere");
    }
}

void read_hosts(YamlNode& cluster, ControllerConfig& config) {
    for (auto& node : cluster.list("hosts")) {
        core::DatabaseHost host;
        host.name = HostName(node.text("name"));
        host.address = node.address("mysql");
        host.priority = static_cast<int>(node.integer_or("priority", 100, 0, 1'000'000));
        host.site = node.text_or("site", "");
        if (config.topology.database(host.name) != nullptr) {
            node.error("name", host.name.value + " is listed twice");
        }
        add_agent(config, node, host.name);
        config.topology.databases.push_back(host);
    }
    if (cluster.has("load_balancers")) {
        for (auto& node : cluster.list("load_balancers")) {
            const HostName name(node.text("name"));
            auto& names = config.topology.load_balancers;
            if (std::find(names.begin(), names.end(), name) != names.end()) {
                node.error("name", name.value + " is listed twice");
            }
            add_agent(config, node, name);
            names.push_back(name);
        }
    }
    for (const auto& text : cluster.texts_or("web_backends", {})) {
        const HostName name(text);
        if (config.agents.count(name) == 0) {
            cluster.error("web_backends", text + " is not among hosts or load_balancers");
        }
        config.topology.web_backends.push_back(name);
    }
}

void read_durability(YamlNode& policy, core::Policy& into) {
    const bool async = policy.choice_or("durability", "lossless", {"lossless", "async"}) == "async";
    auto node = policy.optional_section("async");
    if (!async) {
        if (node) {
            policy.error("async",
                         "it says what an asynchronous failover may lose, but durability "
                         "is lossless; remove it, or set durability: async");
        }
        return;
    }
    core::AsyncDurability limits;
    if (node) {
        constexpr std::int64_t kMost = 1'000'000'000'000;
        limits.max_loss = static_cast<std::uint64_t>(
            node->integer_or("max_loss", static_cast<std::int64_t>(limits.max_loss), 0, kMost));
        limits.max_lag = millis_or(*node, "max_lag_ms", limits.max_lag, 0);
        limits.lease = millis_or(*node, "lease_ms", limits.lease, 1000);
    }
    const auto least = into.host_timeout + limits.lease;
    if (limits.max_lag < least) {
        policy.error("async", "max_lag_ms is less than host_timeout_ms and lease_ms together (" +
                                  std::to_string(least.count()) +
                                  "); a silent primary could never be replaced");
    }
    into.async = limits;
}

void read_policy(YamlNode& cluster, core::Policy& policy) {
    auto node = cluster.optional_section("policy");
    if (!node) return;
    policy.automatic_failover =
        node->choice_or("failover", "automatic", {"automatic", "manual"}) == "automatic";
    policy.automatic_rejoin =
        node->choice_or("rejoin", "automatic", {"automatic", "manual"}) == "automatic";
    policy.automatic_rebuild =
        node->choice_or("rebuild", "report", {"report", "automatic"}) == "automatic";
    policy.host_timeout = millis_or(*node, "host_timeout_ms", policy.host_timeout, 100);
    read_durability(*node, policy);
    policy.hang_timeout = millis_or(*node, "hang_timeout_ms", policy.hang_timeout, 100);
    policy.ack_stall_timeout =
        millis_or(*node, "ack_stall_timeout_ms", policy.ack_stall_timeout, 50);
    policy.switchover_timeout =
        millis_or(*node, "switchover_timeout_ms", policy.switchover_timeout, 500);
    policy.max_reader_lag = millis_or(*node, "max_reader_lag_ms", policy.max_reader_lag, 0);
    policy.acknowledgements =
        static_cast<int>(node->integer_or("acknowledgements", policy.acknowledgements, 1, 32));
    policy.failovers_per_window = static_cast<int>(
        node->integer_or("failovers_per_window", policy.failovers_per_window, 1, 1000));
    policy.failover_window = std::chrono::seconds(
        node->integer_or("failover_window_s", policy.failover_window.count(), 1, 86'400));
}

void read_webhooks(YamlNode& root, ControllerConfig& config) {
    if (!root.has("webhooks")) return;
    std::set<std::string> names;
    for (auto& node : root.list("webhooks")) {
        const std::string name = node.text("name");
        const std::string url = node.text("url");
        if (!names.insert(name).second) node.error("name", name + " is listed twice");
        auto webhook = parse_webhook(name, url);
        if (webhook) {
            config.webhooks.push_back(std::move(*webhook));
        } else if (!url.empty()) {
            node.error("url", webhook.error().detail);
        }
    }
}

void read_prometheus(YamlNode& root, ControllerConfig& config) {
    auto node = root.optional_section("prometheus");
    if (!node) return;
    ScrapeTargetsConfig targets;
    targets.file = node->text("targets_file");
    targets.agent_port =
        static_cast<std::uint16_t>(node->integer_or("agent_port", targets.agent_port, 1, 65'535));
    if (!targets.file.empty() && targets.file.front() != '/') {
        node->error("targets_file", "\"" + targets.file + "\" is no absolute path");
    }
    config.prometheus = std::move(targets);
}

}  // namespace

Result<WebhookConfig> parse_webhook(const std::string& name, const std::string& url) {
    const auto bad = [&url] {
        return failure(ErrorCode::kInvalid, "read webhook",
                       "\"" + url + "\" is not http://host:port/path or https://host/path");
    };
    WebhookConfig webhook;
    webhook.name = name;
    webhook.https = url.rfind("https://", 0) == 0;
    if (!webhook.https && url.rfind("http://", 0) != 0) return bad();
    const std::string rest = url.substr(webhook.https ? 8 : 7);
    const auto slash = std::min(rest.find('/'), rest.size());
    const std::string authority = rest.substr(0, slash);
    webhook.target = slash == rest.size() ? "/" : rest.substr(slash);
    const auto colon = std::min(authority.rfind(':'), authority.size());
    webhook.server = {authority.substr(0, colon),
                      static_cast<std::uint16_t>(webhook.https ? 443 : 80)};
    if (webhook.server.host.empty() || authority.find('@') != std::string::npos) return bad();
    if (colon == authority.size()) return webhook;
    const char* end = authority.data() + authority.size();
    const auto [stopped, problem] =
        std::from_chars(authority.data() + colon + 1, end, webhook.server.port);
    if (problem != std::errc{} || stopped != end || webhook.server.port == 0) return bad();
    return webhook;
}

std::vector<std::string> needs_restart(const ControllerConfig& running,
                                       const ControllerConfig& fresh) {
    auto hosts = fresh.topology.databases;
    for (auto& host : hosts) {
        if (const auto* known = running.topology.database(host.name)) {
            host.priority = known->priority;
            host.site = known->site;
        }
    }
    const auto& before = running.topology;
    const auto& after = fresh.topology;
    const std::pair<const char*, bool> differs[] = {
        {"state_dir", running.state_dir != fresh.state_dir},
        {"log", running.log != fresh.log},
        {"web.listen", running.web_listen != fresh.web_listen},
        {"page", running.page != fresh.page},
        {"api.listen", running.api_listen != fresh.api_listen},
        {"api.tls", running.tls != fresh.tls},
        {"api.allowed_names", running.allowed_names != fresh.allowed_names},
        {"store.sqlite", running.sqlite_file != fresh.sqlite_file},
        {"cluster.name", before.cluster != after.cluster},
        {"cluster.hosts", before.databases != hosts},
        {"cluster.load_balancers", before.load_balancers != after.load_balancers},
        {"cluster.web_backends", before.web_backends != after.web_backends},
        {"agents of the cluster", running.agents != fresh.agents},
        {"webhooks", running.webhooks != fresh.webhooks},
        {"prometheus", running.prometheus != fresh.prometheus},
    };
    std::vector<std::string> keys;
    for (const auto& [key, differ] : differs) {
        if (differ) keys.emplace_back(key);
    }
    // A key that the table above lacks is not passed over in silence.
    auto counts_at_once = fresh;
    counts_at_once.policy = running.policy;
    counts_at_once.topology.databases = before.databases;
    if (keys.empty() && counts_at_once != running) keys.emplace_back("another key");
    return keys;
}

Result<ControllerConfig> load_config(const std::string& file) {
    auto root = YamlNode::load(file);
    if (!root) return tl::unexpected(root.error());
    ControllerConfig config;
    config.state_dir = root->text("state_dir");
    read_listeners(*root, config);
    read_page(*root, config);
    auto store = root->optional_section("store");
    const std::string standard = config.state_dir + "/controller.db";
    config.sqlite_file = store ? store->text_or("sqlite", standard) : standard;
    auto cluster = root->section("cluster");
    config.topology.cluster = cluster.text("name");
    read_hosts(cluster, config);
    config.topology.agents = {config.agents.begin(), config.agents.end()};
    read_policy(cluster, config.policy);
    if (const auto others = config.topology.databases.size() - 1;
        config.policy.acknowledgements > 1 &&
        static_cast<std::size_t>(config.policy.acknowledgements) > others) {
        cluster.error("policy", "acknowledgements is " +
                                    std::to_string(config.policy.acknowledgements) +
                                    ", but there are only " + std::to_string(others) +
                                    " other hosts; no commit would ever be acknowledged");
    }
    read_webhooks(*root, config);
    read_prometheus(*root, config);
    if (auto good = root->finish(); !good) return tl::unexpected(good.error());
    return config;
}

}  // namespace understudy::controller

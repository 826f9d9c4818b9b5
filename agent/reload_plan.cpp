#include "agent/reload_plan.h"

#include <algorithm>
#include <string_view>

namespace understudy::agent {

namespace {

template <class Value>
Value* value_at(Value& value) {
    return &value;
}

// The value at the end of a path of members; nullptr where an optional section on it is absent.
template <class From, class Member, class... Rest>
auto value_at(From& from, Member member, Rest... rest) {
    if constexpr (requires { from.has_value(); }) {
        using Found = decltype(value_at(*from, member, rest...));
        return from ? value_at(*from, member, rest...) : Found{nullptr};
    } else {
        return value_at(from.*member, rest...);
    }
}

// Also where one of them lacks the section: that is what differs then.
template <auto... kPath>
bool same(const AgentConfig& one, const AgentConfig& other) {
    const auto* left = value_at(one, kPath...);
    const auto* right = value_at(other, kPath...);
    return left == nullptr || right == nullptr || *left == *right;
}

template <auto... kPath>
void take(const AgentConfig& from, AgentConfig& into) {
    const auto* value = value_at(from, kPath...);
    auto* place = value_at(into, kPath...);
    if (value != nullptr && place != nullptr) *place = *value;
}

struct Key {
    std::string_view name;
    bool (*same)(const AgentConfig&, const AgentConfig&);
};

struct LiveKey {
    Key key;
    void (*take)(const AgentConfig& from, AgentConfig& into);
};

template <auto... kPath>
constexpr LiveKey live(std::string_view name) {
    return {{name, same<kPath...>}, take<kPath...>};
}

using Config = AgentConfig;
using Policy = KeeperPolicy;

constexpr LiveKey kLive[] = {
    live<&Config::log_level>("log.level"),
    live<&Config::host_collectors>("host_collectors.enabled"),
    live<&Config::collectors>("collectors.disabled"),
    live<&Config::firewall_counters_file>("firewall.counters_file"),
    live<&Config::certificate_files>("certificates.files"),
    live<&Config::nginx, &NginxConfig::status_url>("nginx.status_url"),
    live<&Config::nginx, &NginxConfig::access_log>("nginx.access_log"),
    live<&Config::php_fpm, &PhpFpmConfig::pools>("php_fpm.pools"),
    live<&Config::php_fpm, &PhpFpmConfig::config_files>("php_fpm.config_files"),
    live<&Config::backend_check>("backend_check"),
};

bool listens_alike(const AgentConfig& one, const AgentConfig& other) {
    return one.web_listen == other.web_listen &&
           one.web_systemd_sockets == other.web_systemd_sockets;
}

constexpr Key kFixed[] = {
    {"host", same<&Config::host>},
    {"state_dir", same<&Config::state_dir>},
    {"log.format", same<&Config::log_format>},
    {"web.listen", listens_alike},
    {"web.config_file", same<&Config::web_config_file>},
    {"control.listen", same<&Config::control_listen>},
    {"control.tls.ca", same<&Config::control_tls, &adapters::TlsFiles::ca>},
    {"control.tls.cert", same<&Config::control_tls, &adapters::TlsFiles::cert>},
    {"control.tls.key", same<&Config::control_tls, &adapters::TlsFiles::key>},
    {"control.allowed_names", same<&Config::allowed_names>},
    {"control.peers", same<&Config::peers>},
    {"mysql.process", same<&Config::mysql, &MysqlConfig::process>},
    {"mysql.socket", same<&Config::mysql, &MysqlConfig::socket>},
    {"mysql.user", same<&Config::mysql, &MysqlConfig::user>},
    {"mysql.password_file", same<&Config::mysql, &MysqlConfig::password>},
    {"mysql.replication.user", same<&Config::mysql, &MysqlConfig::replication_user>},
    {"mysql.replication.password_file", same<&Config::mysql, &MysqlConfig::replication_password>},
    {"mysql.replication.ca", same<&Config::mysql, &MysqlConfig::replication_ca>},
    {"mysql.rejoin_file", same<&Config::mysql, &MysqlConfig::rejoin_file>},
    {"mysql.clone_max_mib_per_second", same<&Config::mysql, &MysqlConfig::clone_mib_per_second>},
    {"mysql.orphans_dir", same<&Config::mysql, &MysqlConfig::orphans_dir>},
    {"mysql.fence_budget_ms", same<&Config::mysql, &MysqlConfig::policy, &Policy::fence_budget>},
    {"mysql.hang_timeout_ms", same<&Config::mysql, &MysqlConfig::policy, &Policy::hang_timeout>},
    {"mysql.confirm_timeout_ms",
     same<&Config::mysql, &MysqlConfig::policy, &Policy::confirm_timeout>},
    {"mysql.rejoin_timeout_ms",
     same<&Config::mysql, &MysqlConfig::policy, &Policy::rejoin_timeout>},
    {"mysql.canary_interval_ms", same<&Config::mysql, &MysqlConfig::canary_interval>},
    {"mysql.max_reader_lag_ms", same<&Config::mysql, &MysqlConfig::max_reader_lag>},
    {"nginx.process", same<&Config::nginx, &NginxConfig::process>},
    {"php_fpm.process", same<&Config::php_fpm, &PhpFpmConfig::process>},
    {"haproxy.process", same<&Config::haproxy, &HaproxyConfig::process>},
    {"haproxy.socket", same<&Config::haproxy, &HaproxyConfig::socket>},
    {"haproxy.writer_backend", same<&Config::haproxy, &HaproxyConfig::writer_backend>},
    {"haproxy.reader_backend", same<&Config::haproxy, &HaproxyConfig::reader_backend>},
    {"haproxy.web_backend", same<&Config::haproxy, &HaproxyConfig::web_backend>},
    {"haproxy.server_names", same<&Config::haproxy, &HaproxyConfig::server_names>},
    {"keepalived.process", same<&Config::keepalived, &KeepalivedConfig::process>},
    {"keepalived.interface", same<&Config::keepalived, &KeepalivedConfig::interface>},
    {"keepalived.vip", same<&Config::keepalived, &KeepalivedConfig::vip>},
};

// Named where none of their keys is: they came or went.
constexpr Key kSections[] = {
    {"mysql", same<&Config::mysql>},           {"nginx", same<&Config::nginx>},
    {"php_fpm", same<&Config::php_fpm>},       {"haproxy", same<&Config::haproxy>},
    {"keepalived", same<&Config::keepalived>},
};

bool has_key_of(const std::vector<std::string>& keys, std::string_view section) {
    const auto prefix = std::string(section) + ".";
    return std::any_of(keys.begin(), keys.end(),
                       [&](const std::string& key) { return key.starts_with(prefix); });
}

}  // namespace

ReloadPlan plan_reload(const AgentConfig& running, const AgentConfig& fresh) {
    ReloadPlan plan{running, {}, {}};
    for (const auto& [key, take] : kLive) {
        if (key.same(running, fresh)) continue;
        plan.applied.emplace_back(key.name);
        take(fresh, plan.in_force);
    }
    for (const auto& key : kFixed) {
        if (!key.same(running, fresh)) plan.needs_restart.emplace_back(key.name);
    }
    for (const auto& section : kSections) {
        if (section.same(plan.in_force, fresh)) continue;
        if (has_key_of(plan.needs_restart, section.name)) continue;
        plan.needs_restart.emplace_back(section.name);
    }
    // A key that no table above has is not passed over in silence.
    if (plan.needs_restart.empty() && plan.in_force != fresh) {
        plan.needs_restart.emplace_back("another key");
    }
    return plan;
}

}  // namespace understudy::agent

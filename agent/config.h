// The agent's configuration file. Sections that are absent are services this host does not run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "agent/database_keeper.h"
#include "core/result.h"

namespace understudy::agent {

struct MysqlConfig {
    std::string process;
    std::string socket;
    std::string user;
    std::string password;
    std::string replication_user;
    std::string replication_password;
    std::string replication_ca;
    std::string rejoin_file;       // read by understudy-prestart
    int clone_mib_per_second = 0;  // a clone onto this host copies no faster; 0: unbounded
    std::string orphans_dir;       // where understudy-prestart keeps orphans; empty: not looked at
    KeeperPolicy policy;
    core::Millis canary_interval{200};
    core::Millis max_reader_lag{5000};
    bool operator==(const MysqlConfig&) const = default;
};

struct AccessLogConfig {
    core::Address listen;  // where Nginx sends its access log to, on loopback
    int max_vhosts = 50;   // with figures of their own
    bool operator==(const AccessLogConfig&) const = default;
};

struct NginxConfig {
    std::string process;
    std::string status_url;
    std::optional<AccessLogConfig> access_log{};
    bool operator==(const NginxConfig&) const = default;
};

struct PhpPoolConfig {
    std::string name;
    std::string address;
    std::string status_path;
    std::string ping_path;
    bool operator==(const PhpPoolConfig&) const = default;
};

struct PhpFpmConfig {
    std::string process;
    std::vector<PhpPoolConfig> pools;
    std::vector<std::string> config_files{};  // PHP-FPM's own, as patterns; none: Debian's
    bool operator==(const PhpFpmConfig&) const = default;
};

struct HaproxyConfig {
    std::string process;
    std::string socket;
    std::string writer_backend;
    std::string reader_backend;  // empty: none
    std::string web_backend;     // likewise
    // HAProxy's names of a backend's servers, by backend and host, where they are not the hosts'.
    std::map<std::string, std::map<core::HostName, std::string>> server_names;
    bool operator==(const HaproxyConfig&) const = default;
};

struct KeepalivedConfig {
    std::string process;
    std::string interface;
    std::string vip;
    bool operator==(const KeepalivedConfig&) const = default;
};

struct BackendCheckConfig {
    std::string http_url;  // of the application; empty: processes and pings are the whole check
    int expect_status = 200;
    core::Millis timeout{1000};  // of each step
    bool operator==(const BackendCheckConfig&) const = default;
};

struct AgentConfig {
    core::HostName host;
    std::string state_dir;
    std::string log_level;
    std::string log_format;
    std::vector<core::Address> web_listen;
    bool web_systemd_sockets = false;  // those that systemd passes, instead of the addresses
    std::string web_config_file;       // TLS and users of these; empty: plain, for everybody
    core::Address control_listen;
    adapters::TlsFiles control_tls;
    std::vector<std::string> allowed_names;
    std::vector<std::string> peers;  // other hosts' agents, which may ask this one for a lease
    bool host_collectors = true;
    std::map<std::string, bool> collectors;      // whether they run, by name; those not named do
    std::string firewall_counters_file;          // empty: not looked at
    std::vector<std::string> certificate_files;  // whose ends are exported besides the agent's own
    BackendCheckConfig backend_check;
    std::optional<MysqlConfig> mysql;
    std::optional<NginxConfig> nginx;
    std::optional<PhpFpmConfig> php_fpm;
    std::optional<HaproxyConfig> haproxy;
    std::optional<KeepalivedConfig> keepalived;
    bool operator==(const AgentConfig&) const = default;
};

// kInvalid: "FILE:LINE: key.path: what is wrong; remedy", also for a secret that cannot be read.
core::Result<AgentConfig> load_config(const std::string& file);

}  // namespace understudy::agent

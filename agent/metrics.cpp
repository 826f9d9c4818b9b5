#include "agent/metrics.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "adapters/mysql/mysql_metrics.h"
#include "agent/targets.h"
#include "exporters/agent/metrics.h"
#include "exporters/certificates/certificates.h"
#include "exporters/firewall/counters.h"
#include "exporters/haproxy/metrics.h"
#include "exporters/host/collect.h"
#include "exporters/mysql/metrics.h"
#include "exporters/mysql/replication.h"
#include "exporters/nginx/collector.h"
#include "exporters/php_fpm/backlog.h"
#include "exporters/php_fpm/memory_growth.h"
#include "exporters/php_fpm/pool_files.h"

namespace understudy::agent {

namespace {

constexpr core::Millis kCollectorDeadline{2000};
constexpr core::Millis kPoolMemoryEvery{60000};
// Everything a scrape asks of MySQL, on one connection of its own.
class MysqlQuestions {
  public:
    MysqlQuestions(const MysqlConfig& config, const ports::Clock& clock)
        : metrics_({config.socket, config.user, config.password}), clock_(clock) {}

    core::Result<exporters::MysqlAnswers> ask() {
        exporters::MysqlAnswers answers;
        answers.now = clock_.now().wall;
        if (auto done = take(metrics_.global_status(kCollectorDeadline), answers.status); !done) {
            return tl::unexpected<core::Error>(done.error());
        }
        if (auto done =
                take(metrics_.global_variables(variables_, kCollectorDeadline), answers.variables);
            !done) {
            return tl::unexpected<core::Error>(done.error());
        }
        if (auto done = take(metrics_.replica_status(kCollectorDeadline), answers.channels);
            !done) {
            return tl::unexpected<core::Error>(done.error());
        }
        if (auto done = take(metrics_.heartbeats(kCollectorDeadline), answers.heartbeats); !done) {
            return tl::unexpected<core::Error>(done.error());
        }
        return answers;
    }

  private:
    template <class Value>
    static core::Result<void> take(core::Result<Value> answer, Value& into) {
        if (!answer) return tl::unexpected<core::Error>(answer.error());
        into = std::move(*answer);
        return {};
    }

    adapters::MySqlMetrics metrics_;
    const std::vector<std::string_view> variables_ = exporters::read_variables();
    const ports::Clock& clock_;
};

core::ProcessState database_state(const core::HostReport& report) {
    return report.database ? report.database->process : core::ProcessState::kUnknown;
}

core::ProcessState balancer_state(const core::HostReport& report) {
    return report.load_balancer ? report.load_balancer->process : core::ProcessState::kUnknown;
}

core::ProcessState keepalived_state(const core::HostReport& report) {
    return report.vip ? report.vip->keepalived : core::ProcessState::kUnknown;
}

using Collectors = std::vector<exporters::Collector>;

// What the collector asks, as the configuration says it.
exporters::Collector of(exporters::Collector collector, const std::vector<std::string>& settings) {
    for (const auto& setting : settings) collector.settings += setting + "\n";
    return collector;
}

core::Result<void> add_pools(const PhpFpmConfig& config, Collectors& all) {
    const auto pools = pool_targets(config);
    if (!pools) return tl::unexpected<core::Error>(pools.error());
    for (std::size_t i = 0; i < pools->size(); ++i) {
        const auto& pool = (*pools)[i];
        std::vector<std::string> settings{config.pools[i].address, pool.status_path};
        all.push_back(of(exporters::php_fpm_collector(pool, kCollectorDeadline), settings));
        all.push_back(of(exporters::php_fpm_backlog_collector(pool, kCollectorDeadline), settings));
        all.push_back(
            of(exporters::php_fpm_memory_collector(pool, kPoolMemoryEvery, kCollectorDeadline),
               settings));
        settings.insert(settings.end(), config.config_files.begin(), config.config_files.end());
        all.push_back(
            of(exporters::php_fpm_limits_collector(pool, config.config_files, kCollectorDeadline),
               settings));
    }
    return {};
}

core::Result<void> add_web(const AgentConfig& config, Collectors& all) {
    if (config.nginx) {
        const auto url = exporters::parse_http_url(config.nginx->status_url);
        if (!url) return tl::unexpected<core::Error>(url.error());
        all.push_back(
            of(exporters::nginx_collector(*url, kCollectorDeadline), {config.nginx->status_url}));
    }
    return config.php_fpm ? add_pools(*config.php_fpm, all) : core::Result<void>{};
}

// Those of MySQL and HAProxy need no settings: their sections count from a start on.
core::Result<Collectors> all_collectors(const AgentConfig& config, const ports::Clock& clock) {
    Collectors all;
    if (config.host_collectors) all = exporters::host_collectors({}, kCollectorDeadline);
    auto certificates = config.certificate_files;
    certificates.push_back(config.control_tls.cert);
    certificates.push_back(config.control_tls.ca);
    all.push_back(
        of(exporters::certificates_collector(certificates, kCollectorDeadline), certificates));
    if (!config.firewall_counters_file.empty()) {
        all.push_back(
            of(exporters::firewall_collector(config.firewall_counters_file, kCollectorDeadline),
               {config.firewall_counters_file}));
    }
    if (config.mysql) {
        const auto questions = std::make_shared<MysqlQuestions>(*config.mysql, clock);
        all.push_back(exporters::mysql_collector([questions] { return questions->ask(); },
                                                 kCollectorDeadline));
    }
    if (auto added = add_web(config, all); !added) {
        return tl::unexpected<core::Error>(added.error());
    }
    if (config.haproxy) {
        all.push_back(exporters::haproxy_collector(config.haproxy->socket, kCollectorDeadline));
    }
    return all;
}

// "php_fpm" is every pool's, "php_fpm/www" one pool's.
bool is_meant(const std::string& by, const std::string& collector) {
    return collector == by || collector.starts_with(by + "/");
}

tl::unexpected<core::Error> no_collector(const std::string& name, const Collectors& all) {
    std::string names;
    for (const auto& collector : all) names += (names.empty() ? "" : ", ") + collector.name;
    return core::failure(core::ErrorCode::kInvalid, "choose collectors",
                         "no collector \"" + name + "\" here; there are: " + names);
}

core::Result<void> check_names(const AgentConfig& config, const Collectors& all) {
    // May be switched off everywhere, so that all hosts can be told the same.
    static const std::set<std::string> kServices{"certificates",    "firewall",
                                                 "haproxy",         "mysql",
                                                 "nginx",           "php_fpm",
                                                 "php_fpm_backlog", "php_fpm_limits",
                                                 "php_fpm_memory",  AccessLog::kCollector};
    for (const auto& choice : config.collectors) {
        const auto& name = choice.first;
        const bool known = std::any_of(all.begin(), all.end(), [&](const auto& collector) {
            return is_meant(name, collector.name);
        });
        const bool is_log =
            name == AccessLog::kCollector && config.nginx && config.nginx->access_log;
        if (known || is_log || (!choice.second && kServices.contains(name))) continue;
        return no_collector(name, all);
    }
    return {};
}

Collectors switched_on(const AgentConfig& config, const Collectors& all) {
    Collectors chosen;
    for (const auto& collector : all) {
        if (is_on(config, collector.name)) chosen.push_back(collector);
    }
    return chosen;
}

}  // namespace

bool is_on(const AgentConfig& config, const std::string& collector) {
    const auto exactly = config.collectors.find(collector);
    if (exactly != config.collectors.end()) return exactly->second;
    return std::none_of(
        config.collectors.begin(), config.collectors.end(),
        [&](const auto& choice) { return is_meant(choice.first, collector) && !choice.second; });
}

core::Result<std::vector<exporters::Collector>> chosen_collectors(const AgentConfig& config,
                                                                  const ports::Clock& clock) {
    auto all = all_collectors(config, clock);
    if (!all) return all;
    if (auto good = check_names(config, *all); !good) {
        return tl::unexpected<core::Error>(good.error());
    }
    return switched_on(config, *all);
}

core::Result<std::vector<exporters::Collector>> collectors_here(const AgentConfig& config,
                                                                const ports::Clock& clock) {
    auto all = all_collectors(config, clock);
    if (!all) return all;
    return switched_on(config, *all);
}

void add_own(const AgentConfig& config, const ReportBoard& board, const ConfigState& state,
             exporters::Scrape& scrape) {
    scrape.add_instant(
        "agent", [has_mysql = config.mysql.has_value(), has_haproxy = config.haproxy.has_value(),
                  has_keepalived = config.keepalived.has_value(), &board, &state] {
            const auto report = board.current();
            std::map<std::string, core::ProcessState> services;
            if (has_mysql) services["mysql"] = database_state(report);
            if (has_haproxy) services["haproxy"] = balancer_state(report);
            if (has_keepalived) services["keepalived"] = keepalived_state(report);
            auto page = exporters::agent_metrics(
                exporters::agent_state(UNDERSTUDY_VERSION, report, std::move(services)));
            if (report.database) page.append(exporters::replication_metrics(*report.database));
            page.append(exporters::config_metrics(state.facts()));
            return page;
        });
}

void show_access_log(std::shared_ptr<const AccessLog> log, exporters::Scrape& scrape) {
    if (log == nullptr) return scrape.remove_instant(AccessLog::kCollector);
    scrape.add_instant(AccessLog::kCollector, [log = std::move(log)] { return log->metrics(); });
}

}  // namespace understudy::agent

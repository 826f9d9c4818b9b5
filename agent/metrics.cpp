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

void add_own(const AgentConfig& config, const ReportBoard& board, exporters::Scrape& scrape) {
    scrape.add_instant("agent", [&config, &board] {
        const auto report = board.current();
        std::map<std::string, core::ProcessState> services;
        if (config.mysql) services["mysql"] = database_state(report);
        if (config.haproxy) services["haproxy"] = balancer_state(report);
        if (config.keepalived) services["keepalived"] = keepalived_state(report);
        auto page = exporters::agent_metrics(
            exporters::agent_state(UNDERSTUDY_VERSION, report, std::move(services)));
        if (report.database) page.append(exporters::replication_metrics(*report.database));
        return page;
    });
}

using Collectors = std::vector<exporters::Collector>;

core::Result<void> add_web(const AgentConfig& config, Collectors& all) {
    if (config.nginx) {
        const auto url = exporters::parse_http_url(config.nginx->status_url);
        if (!url) return tl::unexpected<core::Error>(url.error());
        all.push_back(exporters::nginx_collector(*url, kCollectorDeadline));
    }
    if (config.php_fpm) {
        const auto pools = pool_targets(*config.php_fpm);
        if (!pools) return tl::unexpected<core::Error>(pools.error());
        for (const auto& pool : *pools) {
            all.push_back(exporters::php_fpm_collector(pool, kCollectorDeadline));
            all.push_back(exporters::php_fpm_backlog_collector(pool, kCollectorDeadline));
            all.push_back(exporters::php_fpm_limits_collector(pool, config.php_fpm->config_files,
                                                              kCollectorDeadline));
            all.push_back(
                exporters::php_fpm_memory_collector(pool, kPoolMemoryEvery, kCollectorDeadline));
        }
    }
    return {};
}

core::Result<Collectors> all_collectors(const AgentConfig& config, const ports::Clock& clock) {
    Collectors all;
    if (config.host_collectors) all = exporters::host_collectors({}, kCollectorDeadline);
    auto certificates = config.certificate_files;
    certificates.push_back(config.control_tls.cert);
    certificates.push_back(config.control_tls.ca);
    all.push_back(exporters::certificates_collector(std::move(certificates), kCollectorDeadline));
    if (!config.firewall_counters_file.empty()) {
        all.push_back(
            exporters::firewall_collector(config.firewall_counters_file, kCollectorDeadline));
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
    auto collectors = all_collectors(config, clock);
    if (!collectors) return collectors;
    if (auto good = check_names(config, *collectors); !good) {
        return tl::unexpected<core::Error>(good.error());
    }
    std::erase_if(*collectors,
                  [&](const auto& collector) { return !is_on(config, collector.name); });
    return collectors;
}

core::Result<void> add_collectors(const AgentConfig& config, const ports::Clock& clock,
                                  const ReportBoard& board, const AccessLog* access_log,
                                  exporters::Scrape& scrape) {
    add_own(config, board, scrape);
    if (access_log != nullptr) {
        scrape.add_instant(AccessLog::kCollector, [access_log] { return access_log->metrics(); });
    }
    auto collectors = chosen_collectors(config, clock);
    if (!collectors) return tl::unexpected<core::Error>(collectors.error());
    for (auto& collector : *collectors) scrape.add(std::move(collector));
    return {};
}

}  // namespace understudy::agent

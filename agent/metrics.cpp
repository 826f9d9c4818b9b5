#include "agent/metrics.h"

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

namespace understudy::agent {

namespace {

constexpr core::Millis kCollectorDeadline{2000};
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
        if (auto done = take(metrics_.global_variables(kCollectorDeadline), answers.variables);
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
    const ports::Clock& clock_;
};

core::ProcessState database_state(const core::HostReport& report) {
    return report.database ? report.database->process : core::ProcessState::kUnknown;
}

core::ProcessState balancer_state(const core::HostReport& report) {
    return report.load_balancer ? report.load_balancer->process : core::ProcessState::kUnknown;
}

void add_own(const AgentConfig& config, const ReportBoard& board, exporters::Scrape& scrape) {
    scrape.add_instant("agent", [&config, &board] {
        const auto report = board.current();
        std::map<std::string, core::ProcessState> services;
        if (config.mysql) services["mysql"] = database_state(report);
        if (config.haproxy) services["haproxy"] = balancer_state(report);
        auto page = exporters::agent_metrics(
            exporters::agent_state(UNDERSTUDY_VERSION, report, std::move(services)));
        if (report.database) page.append(exporters::replication_metrics(*report.database));
        return page;
    });
}

}  // namespace

core::Result<void> add_collectors(const AgentConfig& config, const ports::Clock& clock,
                                  const ReportBoard& board, exporters::Scrape& scrape) {
    add_own(config, board, scrape);
    if (config.host_collectors) {
        for (auto& collector : exporters::host_collectors({}, kCollectorDeadline)) {
            scrape.add(std::move(collector));
        }
    }
    auto certificates = config.certificate_files;
    certificates.push_back(config.control_tls.cert);
    certificates.push_back(config.control_tls.ca);
    scrape.add(exporters::certificates_collector(std::move(certificates), kCollectorDeadline));
    if (!config.firewall_counters_file.empty()) {
        scrape.add(
            exporters::firewall_collector(config.firewall_counters_file, kCollectorDeadline));
    }
    if (config.mysql) {
        const auto questions = std::make_shared<MysqlQuestions>(*config.mysql, clock);
        scrape.add(exporters::mysql_collector([questions] { return questions->ask(); },
                                              kCollectorDeadline));
    }
    if (config.nginx) {
        const auto url = exporters::parse_http_url(config.nginx->status_url);
        if (!url) return tl::unexpected<core::Error>(url.error());
        scrape.add(exporters::nginx_collector(*url, kCollectorDeadline));
    }
    if (config.php_fpm) {
        const auto pools = pool_targets(*config.php_fpm);
        if (!pools) return tl::unexpected<core::Error>(pools.error());
        for (const auto& pool : *pools) {
            scrape.add(exporters::php_fpm_collector(pool, kCollectorDeadline));
        }
    }
    if (config.haproxy) {
        scrape.add(exporters::haproxy_collector(config.haproxy->socket, kCollectorDeadline));
    }
    return {};
}

}  // namespace understudy::agent

#include "agent/agent.h"

#include <utility>

#include "adapters/log/log.h"
#include "agent/http_api.h"
#include "agent/metrics.h"
#include "agent/metrics_page.h"
#include "agent/reload_plan.h"
#include "agent/targets.h"

namespace understudy::agent {

namespace {

// Long polls of a few controllers, what they send, and the other agents' questions.
constexpr int kControlThreads = 16;
constexpr core::Millis kDefaultReaderLag{5000};

const AccessLogConfig* access_log_config(const AgentConfig& config) {
    const bool wanted =
        config.nginx && config.nginx->access_log && is_on(config, AccessLog::kCollector);
    return wanted ? &*config.nginx->access_log : nullptr;
}

core::Result<std::vector<exporters::PoolOptions>> pools_of(const AgentConfig& config) {
    if (config.php_fpm) return pool_targets(*config.php_fpm);
    return std::vector<exporters::PoolOptions>{};
}

}  // namespace

Agent::Agent(AgentConfig config)
    : config_(std::move(config)),
      board_(config_.host,
             static_cast<std::uint64_t>(clock_.now().wall.time_since_epoch().count())),
      state_(clock_.now().wall),
      control_({config_.control_listen, config_.control_tls, config_.allowed_names, kControlThreads,
                config_.peers}) {}

Agent::~Agent() {
    board_.close();
    control_.stop();
    health_.stop();
}

core::Result<void> Agent::start() {
    if (auto started = start_parts(); !started) return started;
    auto log = access_log_of(config_);
    if (!log) return tl::unexpected<core::Error>(log.error());
    auto collectors = chosen_collectors(config_, clock_);
    if (!collectors) return tl::unexpected<core::Error>(collectors.error());
    auto pools = pools_of(config_);
    if (!pools) return tl::unexpected<core::Error>(pools.error());
    waiting_ = std::make_unique<WaitingCount>(config_, board_);
    waiting_->look_at(std::move(*pools));
    add_own(config_, board_, state_, scrape_);
    show(std::move(*collectors), std::move(*log));
    return start_servers();
}

core::Result<std::shared_ptr<AccessLog>> Agent::access_log_of(const AgentConfig& config) const {
    const auto* wanted = access_log_config(config);
    if (wanted == nullptr) return nullptr;
    const auto* running = access_log_ ? access_log_config(config_) : nullptr;
    if (running != nullptr && running->listen == wanted->listen) return access_log_;
    auto log = std::make_shared<AccessLog>(static_cast<std::size_t>(wanted->max_vhosts));
    if (auto begun = log->begin(wanted->listen); !begun) {
        return tl::unexpected<core::Error>(begun.error());
    }
    return log;
}

void Agent::show(std::vector<exporters::Collector> collectors, std::shared_ptr<AccessLog> log) {
    access_log_ = std::move(log);
    show_access_log(access_log_, scrape_);
    scrape_.replace(std::move(collectors));
}

// First all that can fail, then what it changes: an error leaves everything as it was.
core::Result<std::vector<std::string>> Agent::put_in_force(const AgentConfig& fresh) {
    // As at a start: what is wrong only with its restart is said now.
    if (const auto good = chosen_collectors(fresh, clock_); !good) {
        return tl::unexpected<core::Error>(good.error());
    }
    auto plan = plan_reload(config_, fresh);
    auto collectors = collectors_here(plan.in_force, clock_);
    if (!collectors) return tl::unexpected<core::Error>(collectors.error());
    auto pools = pools_of(plan.in_force);
    if (!pools) return tl::unexpected<core::Error>(pools.error());
    auto log = access_log_of(plan.in_force);
    if (!log) return tl::unexpected<core::Error>(log.error());
    if (web_) {
        if (auto done = web_->reload(plan.in_force); !done) {
            return tl::unexpected<core::Error>(done.error());
        }
    }
    config_ = std::move(plan.in_force);
    waiting_->look_at(std::move(*pools));
    if (*log)
        (*log)->limit_vhosts(static_cast<std::size_t>(access_log_config(config_)->max_vhosts));
    show(std::move(*collectors), std::move(*log));
    adapters::log(adapters::LogLevel::kInfo, "the configuration was read again",
                  {{"changed", adapters::list_text(plan.applied)}});
    adapters::set_log_level(config_.log_level);
    return std::move(plan.needs_restart);
}

void Agent::reload(const core::Result<AgentConfig>& fresh) {
    const auto restart_for =
        fresh ? put_in_force(*fresh)
              : core::Result<std::vector<std::string>>(tl::unexpected<core::Error>(fresh.error()));
    if (!restart_for) {
        state_.failed();
        adapters::log(adapters::LogLevel::kError,
                      "the configuration is bad, so the former one goes on to count; correct it "
                      "and send SIGHUP again: " +
                          describe(restart_for.error()));
        return;
    }
    state_.read(clock_.now().wall, !restart_for->empty());
    if (restart_for->empty()) return;
    adapters::log(adapters::LogLevel::kWarn,
                  "the configuration has what counts only after a restart of this agent; until "
                  "then the former values do",
                  {{"keys", adapters::list_text(*restart_for)}});
}

core::Result<void> Agent::start_parts() {
    if (config_.mysql) {
        database_ = std::make_unique<DatabasePart>(*config_.mysql, config_.state_dir,
                                                   config_.control_tls, clock_, board_);
        if (auto started = database_->start(); !started) return started;
    }
    if (config_.haproxy) {
        balancer_ = std::make_unique<BalancerPart>(*config_.haproxy, clock_, board_);
        balancer_->start();
    }
    if (config_.keepalived) {
        vip_ = std::make_unique<VipPart>(*config_.keepalived, clock_, board_);
        if (auto started = vip_->start(); !started) return started;
    }
    if (config_.nginx || config_.php_fpm) {
        web_ = std::make_unique<WebPart>(config_, board_);
        if (auto started = web_->start(); !started) return started;
    }
    return {};
}

core::Result<void> Agent::start_servers() {
    if (auto opened = health_.open(config_); !opened) return opened;
    const auto max_lag = config_.mysql ? config_.mysql->max_reader_lag : kDefaultReaderLag;
    for (const auto& server : health_.all()) serve_health(*server, board_, max_lag);
    serve_metrics(health_.all(), config_.host, scrape_);
    serve_control(control_,
                  {board_, database_ ? &database_->keeper() : nullptr,
                   balancer_ ? &balancer_->keeper() : nullptr,
                   database_ ? database_->orphans() : nullptr, waiting_.get()},
                  config_.peers);
    if (auto started = health_.start(); !started) return started;
    return control_.start();
}

}  // namespace understudy::agent

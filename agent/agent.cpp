#include "agent/agent.h"

#include <utility>

#include "agent/http_api.h"
#include "agent/metrics.h"
#include "agent/metrics_page.h"

namespace understudy::agent {

namespace {

// Long polls of a few controllers, what they send, and the other agents' questions.
constexpr int kControlThreads = 16;
constexpr core::Millis kDefaultReaderLag{5000};

}  // namespace

Agent::Agent(AgentConfig config)
    : config_(std::move(config)),
      board_(config_.host,
             static_cast<std::uint64_t>(clock_.now().wall.time_since_epoch().count())),
      control_({config_.control_listen, config_.control_tls, config_.allowed_names, kControlThreads,
                config_.peers}) {}

Agent::~Agent() {
    board_.close();
    control_.stop();
    health_.stop();
}

core::Result<void> Agent::start() {
    if (auto started = start_parts(); !started) return started;
    if (auto started = start_access_log(); !started) return started;
    if (auto collected = add_collectors(config_, clock_, board_, access_log_.get(), scrape_);
        !collected) {
        return collected;
    }
    return start_servers();
}

core::Result<void> Agent::start_access_log() {
    if (!config_.nginx || !config_.nginx->access_log) return {};
    if (!is_on(config_, AccessLog::kCollector)) return {};
    const auto& log = *config_.nginx->access_log;
    access_log_ = std::make_unique<AccessLog>(static_cast<std::size_t>(log.max_vhosts));
    return access_log_->begin(log.listen);
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
    serve_control(
        control_,
        {board_, database_ ? &database_->keeper() : nullptr,
         balancer_ ? &balancer_->keeper() : nullptr, database_ ? database_->orphans() : nullptr},
        config_.peers);
    if (auto started = health_.start(); !started) return started;
    return control_.start();
}

}  // namespace understudy::agent

// The whole agent of one host, put together from its configuration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/clock/system_clock.h"
#include "adapters/http/http.h"
#include "agent/access_log.h"
#include "agent/balancer_part.h"
#include "agent/config.h"
#include "agent/config_state.h"
#include "agent/database_part.h"
#include "agent/report_board.h"
#include "agent/vip_part.h"
#include "agent/waiting_count.h"
#include "agent/web_part.h"
#include "agent/web_servers.h"
#include "exporters/scrape.h"

namespace understudy::agent {

class Agent {
  public:
    explicit Agent(AgentConfig config);
    ~Agent();  // stops answering first, then watching

    // Binds its ports and begins to work. A part that is down does not hinder: health and metrics
    // say so. The errors: a port in use (kIo, EADDRINUSE), a stored assignment or a certificate
    // that cannot be used (kInvalid).
    core::Result<void> start();

    // What the file says now, or why it cannot be read; by the thread that started it. What can
    // counts at once (reload_plan.h), the rest goes on as it was; on an error everything does. Log
    // and metrics say which.
    void reload(const core::Result<AgentConfig>& fresh);

  private:
    core::Result<void> start_parts();
    core::Result<void> start_servers();
    // The one that runs, where it receives what this configuration says; nullptr: none is to.
    core::Result<std::shared_ptr<AccessLog>> access_log_of(const AgentConfig& config) const;
    void show(std::vector<exporters::Collector> collectors, std::shared_ptr<AccessLog> log);
    core::Result<std::vector<std::string>> put_in_force(const AgentConfig& fresh);

    AgentConfig config_;  // in force
    adapters::SystemClock clock_;
    ReportBoard board_;
    ConfigState state_;
    std::unique_ptr<DatabasePart> database_;
    std::unique_ptr<BalancerPart> balancer_;
    std::unique_ptr<VipPart> vip_;
    std::unique_ptr<WebPart> web_;
    std::shared_ptr<AccessLog> access_log_;
    std::unique_ptr<WaitingCount> waiting_;
    exporters::Scrape scrape_;
    WebServers health_;
    adapters::HttpServer control_;
};

}  // namespace understudy::agent

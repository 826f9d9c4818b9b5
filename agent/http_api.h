// What the agent answers over HTTP.
//
// Control port (mutual TLS): GET /v1/report?agent_start=A&after=N&wait_ms=W, POST /v1/assignment,
// POST /v1/route, GET /v1/waiting, POST /v1/lease <- {epoch} -> {granted}, GET
// /v1/orphans?id=I&offset=N -> {sql, offset, next | null, size}, POST /v1/orphans/discard <- {id}.
// Web port (plain): the health of this host's parts, for load balancers and people.
#pragma once

#include "adapters/files/orphan_folder.h"
#include "adapters/http/http.h"
#include "agent/database_keeper.h"
#include "agent/report_board.h"
#include "agent/route_keeper.h"
#include "agent/waiting_count.h"

namespace understudy::agent {

struct ControlTargets {
    ReportBoard& board;
    DatabaseKeeper* database = nullptr;  // absent on hosts without the service
    RouteKeeper* route = nullptr;
    const adapters::OrphanFolder* orphans = nullptr;
    WaitingCount* waiting = nullptr;
};

// The `peers`, agents of other hosts, may ask for nothing but a lease.
void serve_control(adapters::HttpServer& server, ControlTargets targets,
                   const std::vector<std::string>& peers);

// /primary: 200 on the host that is open for writes as told. /replica: 200 on a replica that
// receives, applies and lags less than `max_reader_lag` (see core/reader_lag.h). /backend: 200 when
// the web chain serves. /-/healthy: the agent runs. /-/ready: every configured service runs and
// answers.
void serve_health(adapters::HttpServer& server, const ReportBoard& board,
                  core::Millis max_reader_lag);

}  // namespace understudy::agent

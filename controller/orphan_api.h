// /v1/orphans: what rewinds cut off, listed from the reports, shown and discarded by the agents.
#pragma once

#include "adapters/http/http.h"
#include "controller/agent_desk.h"
#include "controller/api.h"

namespace understudy::controller {

void serve_orphans(adapters::HttpServer& server, const ApiParts& parts, const AgentDesk& agents);

}  // namespace understudy::controller

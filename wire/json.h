// The messages between the programs as JSON. Reading is strict about types and tolerant of unknown
// keys (a newer peer); kInvalid names the key.
//
// Agent (control port):  GET  /v1/report?agent_start=A&after=SEQ&wait_ms=W  -> HostReport
//                        PUT is not used; POST /v1/assignment <- Assignment -> {} | 409 {error}
//                        POST /v1/route <- Route                            -> {} | 409 {error}
//                        GET  /v1/waiting -> HostWaiting
#pragma once

#include <string>
#include <string_view>

#include "core/cluster.h"
#include "core/result.h"
#include "core/rewind_plan.h"
#include "wire/waiting.h"

namespace understudy::wire {

std::string to_json(const core::HostReport& report);
std::string to_json(const core::Assignment& assignment);
std::string to_json(const core::HeldAssignment& held);
std::string to_json(const core::RejoinOrder& order);
std::string to_json(const core::KeptOrphans& orphans);
std::string to_json(const core::LastStart& start);
std::string to_json(const core::Route& route);
std::string to_json(const core::Record& record);
std::string to_json(const core::Operation& operation);
std::string to_json(const HostWaiting& waiting);

core::Result<core::HostReport> report_from_json(std::string_view text);
core::Result<core::Assignment> assignment_from_json(std::string_view text);
core::Result<core::HeldAssignment> held_assignment_from_json(std::string_view text);
core::Result<core::RejoinOrder> rejoin_order_from_json(std::string_view text);
core::Result<core::KeptOrphans> kept_orphans_from_json(std::string_view text);
core::Result<core::LastStart> last_start_from_json(std::string_view text);
core::Result<core::Route> route_from_json(std::string_view text);
core::Result<core::Record> record_from_json(std::string_view text);
core::Result<core::Operation> operation_from_json(std::string_view text);
core::Result<HostWaiting> waiting_from_json(std::string_view text);

}  // namespace understudy::wire

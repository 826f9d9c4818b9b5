// The controller's judgement: pure, total, one rule at a call.
//
// decide() gathers the situation once, then takes the first row of the rule table whose condition
// holds. Callers write the next record by compare-and-swap, then send what it implies
// (assignment_for, Record::route), then call again; no rule means nothing is to be changed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cluster.h"
#include "core/position_trail.h"

namespace understudy::core {

// What an operator asks for.
struct Request {
    OperationKind kind = OperationKind::kSwitchover;
    HostName to;  // empty: the best candidate
    std::string by;
    bool accept_loss = false;  // of a failover: also to a host that may lack acknowledged writes
};

struct Decision {
    std::string_view rule;               // id and name of the row; empty when none fired
    std::string reason;                  // why, in one sentence, with the facts
    std::optional<Record> next;          // absent: nothing to write
    std::optional<std::string> refusal;  // of the request: why not
    bool answers_request = false;        // the request is taken up, or refused; else ask again
    bool event = false;  // worth a webhook: failover, switchover, degrade, recovery, …
};

struct Inputs {
    const Record& record;
    const ClusterView& view;
    const Topology& topology;
    const Policy& policy;
    Now now;
    const Request* request = nullptr;
    // Since when reports are listened to: a host that is in no view by then is silent.
    MonotonicTime listening_since{};
    // Of the present primary; nothing: how far a replica is behind in time cannot be told.
    const PositionTrail* trail = nullptr;
};

Decision decide(const Inputs& inputs);

// The table as printed by `understudy rules`, in order of precedence.
struct RuleRow {
    std::string_view id;
    std::string_view when;
    std::string_view then;
};
std::vector<RuleRow> rule_table();

}  // namespace understudy::core

// A row of the agents' table.
#pragma once

#include <span>
#include <string_view>

#include "core/reconcile.h"

namespace understudy::core {

struct Row {
    std::string_view name;
    bool (*roles)(Role);
    bool (*holds)(const ReconcileInputs&);
    StepKind then;
    std::string_view reason;
    bool tidies = false;
};

// Of a host that is rebuilt: they are all that counts for it.
std::span<const Row> rebuild_rows();

}  // namespace understudy::core

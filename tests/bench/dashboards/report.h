// Which queries were answered. Values only.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/dashboards/board_queries.h"

namespace understudy::bench {

enum class Outcome { kAnswered, kExpectedEmpty, kEmpty, kFailed };

struct Asked {
    BoardQuery query;
    Outcome outcome{};
    std::string why;  // empty for an answer
};

// All were answered, but for those that are expected to be empty.
bool promises_kept(const std::vector<Asked>& all);
std::string report_as_text(const std::vector<Asked>& all);
std::string report_as_json(const std::vector<Asked>& all);

}  // namespace understudy::bench

// The queries that a healthy stack does not answer, with the reason: expected_empty.yml.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/dashboards/board_queries.h"

namespace understudy::bench {

struct ExpectedEmpty {
    std::string dashboard;
    std::string panel;
    std::string reason;
    [[nodiscard]] bool covers(const BoardQuery& query) const {
        return query.dashboard == dashboard && query.panel == panel;
    }
};

// kInvalid: a line of the file that is wrong, or an entry for which there is no such query.
core::Result<std::vector<ExpectedEmpty>> read_expected_empty(const std::string& file,
                                                             const Boards& boards);

}  // namespace understudy::bench

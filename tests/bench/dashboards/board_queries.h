// What Grafana would ask Prometheus for the dashboards in dashboards/grafana/dashboards.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::bench {

struct BoardQuery {
    std::string dashboard;  // its uid; "annotations" for what all dashboards mark
    std::string panel;      // its title, or the annotation's name
    std::string legend;
    std::string expr;  // Grafana's variables not yet replaced
    bool over_time = false;
};

// A variable of a dashboard that is chosen from the values of a label.
struct BoardVariable {
    std::string dashboard;
    std::string name;
    std::string metric;  // a selector
    std::string label;
};

struct Boards {
    std::vector<BoardQuery> queries;
    std::vector<BoardVariable> variables;
};

// kNotFound: no dashboard there; kInvalid: one that cannot be read, with its file.
core::Result<Boards> boards_in(const std::string& folder);

// Of one dashboard; adds to `boards`. An annotation that is there already is not added again.
void add_board(const nlohmann::json& dashboard, Boards& boards);

// Every `$name` replaced by its value. The longest name that fits is taken.
std::string replaced(const std::string& expr,
                     const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace understudy::bench

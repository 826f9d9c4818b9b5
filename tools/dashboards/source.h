// What a Grafana dashboard is made from: a file of dashboards/grafana/source. Values only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::dashboards {

inline constexpr int kGridWidth = 24;

struct Query {
    std::string expr;    // PromQL, with Grafana's variables
    std::string legend;  // of each series; empty: its labels
};

// From `at` on the value has that colour; without `at` below the first that has one.
struct Threshold {
    std::string colour;
    std::optional<double> at;
};

struct Panel {
    std::string title;
    std::string description;
    std::string kind;   // Grafana's name of it: timeseries, stat, state-timeline, bargauge, table
    std::string unit;   // Grafana's id of it
    std::string show;   // what a stat panel says: auto, value, name
    std::string words;  // how 0 and 1 are said: yes, up, alarm; empty: as numbers
    std::optional<double> least;
    std::optional<double> most;
    int width = 8;  // of kGridWidth
    int height = 8;
    bool stacked = false;
    std::vector<Threshold> thresholds;
    // The dashboard (its source's name) that tells more of a series, found by this label of it.
    std::string leads_to;
    std::string leads_by;
    std::vector<std::string> columns;  // of a table: labels shown, in this order
    std::vector<Query> queries;
};

struct Row {
    std::string title;
    std::vector<Panel> panels;
};

// One to be chosen from the values that a label of a metric has.
struct Variable {
    std::string name;
    std::string title;
    std::string metric;  // a selector
    std::string label;
};

struct Dashboard {
    std::string name;  // of its source; "understudy-" and it make the uid
    std::string title;
    std::string description;
    std::vector<Variable> variables;
    std::vector<Row> rows;
};

// kInvalid, with a line for each mistake: "FILE:LINE: key.path: what is wrong; remedy".
core::Result<Dashboard> read_source(const std::string& file);

}  // namespace understudy::dashboards

#include "tools/dashboards/source.h"

#include <charconv>
#include <filesystem>
#include <set>
#include <sstream>

#include "adapters/config/yaml_reader.h"

namespace understudy::dashboards {

namespace {

using adapters::YamlNode;

constexpr int kTallest = 24;

const std::vector<std::string> kKinds{"timeseries", "stat", "state-timeline", "bargauge", "table"};
const std::vector<std::string> kUnits{
    "short",         "none", "s",   "bytes",          "Bps", "ops", "reqps", "cps", "percentunit",
    "dateTimeAsIso", "bool", "pps", "dateTimeFromNow"};
const std::vector<std::string> kWords{"", "yes", "up", "alarm"};
const std::set<std::string> kColours{"green", "yellow", "orange", "red", "blue", "text"};

std::optional<double> number_in(const std::string& text) {
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

std::optional<double> optional_number(YamlNode& node, const std::string& key) {
    const auto text = node.text_or(key, "");
    if (text.empty()) return std::nullopt;
    const auto value = number_in(text);
    if (!value) node.error(key, "\"" + text + "\" is no number");
    return value;
}

// "COLOUR", or "COLOUR FROM".
std::optional<Threshold> threshold_in(const std::string& text) {
    std::istringstream words(text);
    Threshold threshold;
    std::string from;
    words >> threshold.colour >> from;
    if (!kColours.contains(threshold.colour)) return std::nullopt;
    if (from.empty()) return threshold;
    threshold.at = number_in(from);
    return threshold.at ? std::optional(threshold) : std::nullopt;
}

std::vector<Threshold> thresholds_of(YamlNode& node) {
    std::vector<Threshold> thresholds;
    for (const auto& text : node.texts_or("thresholds", {})) {
        const auto threshold = threshold_in(text);
        const bool base = thresholds.empty();
        if (!threshold) {
            node.error("thresholds", "\"" + text +
                                         "\"; write a colour (green, yellow, orange, red, "
                                         "blue, text), a space and where it begins");
        } else if (base == threshold->at.has_value()) {
            node.error("thresholds", "\"" + text + "\"; the first, and only that, has no number");
        } else {
            thresholds.push_back(*threshold);
        }
    }
    return thresholds;
}

std::vector<Query> queries_of(YamlNode& node) {
    std::vector<Query> queries;
    for (auto& item : node.list("queries")) {
        queries.push_back({item.text("expr"), item.text_or("legend", "")});
    }
    return queries;
}

Panel panel_of(YamlNode& node) {
    Panel panel;
    panel.title = node.text("title");
    panel.description = node.text("description");
    panel.kind = node.choice_or("kind", "timeseries", kKinds);
    panel.unit = node.choice_or("unit", "short", kUnits);
    panel.show = node.choice_or("show", "auto", {"auto", "value", "name", "value_and_name"});
    panel.words = node.choice_or("words", "", kWords);
    panel.least = optional_number(node, "min");
    panel.most = optional_number(node, "max");
    panel.width = static_cast<int>(node.integer_or("width", panel.width, 2, kGridWidth));
    panel.height = static_cast<int>(node.integer_or("height", panel.height, 2, kTallest));
    panel.stacked = node.flag_or("stacked", false);
    panel.thresholds = thresholds_of(node);
    panel.leads_to = node.text_or("leads_to", "");
    panel.leads_by = node.text_or("leads_by", "instance");
    panel.columns = node.texts_or("columns", {});
    panel.queries = queries_of(node);
    if (panel.queries.empty()) node.error("queries", "is empty; a panel shows at least one query");
    if ((panel.kind == "table") == panel.columns.empty()) {
        node.error("columns", "a table has some, other kinds have none");
    }
    return panel;
}

}  // namespace

core::Result<Dashboard> read_source(const std::string& file) {
    auto root = YamlNode::load(file);
    if (!root) return tl::unexpected(root.error());
    Dashboard dashboard;
    dashboard.name = std::filesystem::path(file).stem().string();
    dashboard.title = root->text("title");
    dashboard.description = root->text("description");
    if (root->has("variables")) {
        for (auto& item : root->list("variables")) {
            dashboard.variables.push_back(
                {item.text("name"), item.text("title"), item.text("metric"), item.text("label")});
        }
    }
    for (auto& item : root->list("rows")) {
        Row row;
        row.title = item.text("title");
        for (auto& panel : item.list("panels")) row.panels.push_back(panel_of(panel));
        dashboard.rows.push_back(std::move(row));
    }
    if (auto done = root->finish(); !done) return tl::unexpected(done.error());
    return dashboard;
}

}  // namespace understudy::dashboards

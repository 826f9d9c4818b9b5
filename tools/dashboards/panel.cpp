#include "tools/dashboards/panel.h"

#include <map>

#include "tools/dashboards/render.h"

namespace understudy::dashboards {

namespace {

using Json = nlohmann::ordered_json;

Json word(int index, const char* text, const char* colour) {
    return {{"text", text}, {"color", colour}, {"index", index}};
}

Json mappings(const std::string& words) {
    if (words.empty()) return Json::array();
    Json options;
    if (words == "yes") options = {{"0", word(0, "no", "red")}, {"1", word(1, "yes", "green")}};
    if (words == "up") options = {{"0", word(0, "down", "red")}, {"1", word(1, "up", "green")}};
    if (words == "alarm") options = {{"0", word(0, "no", "green")}, {"1", word(1, "yes", "red")}};
    return Json::array({{{"type", "value"}, {"options", options}}});
}

Json thresholds(const Panel& panel) {
    Json steps = Json::array();
    for (const auto& threshold : panel.thresholds) {
        Json at = threshold.at ? Json(*threshold.at) : Json(nullptr);
        steps.push_back({{"color", threshold.colour}, {"value", std::move(at)}});
    }
    if (steps.empty()) {
        const char* plain = panel.kind == "stat" ? "text" : "green";
        steps.push_back({{"color", plain}, {"value", nullptr}});
    }
    return {{"mode", "absolute"}, {"steps", std::move(steps)}};
}

Json graph_style(const Panel& panel) {
    Json custom{{"drawStyle", "line"},
                {"lineWidth", 1},
                {"fillOpacity", panel.stacked ? 30 : 8},
                {"showPoints", "never"},
                {"spanNulls", false},
                {"stacking", {{"mode", panel.stacked ? "normal" : "none"}, {"group", "A"}}}};
    if (!panel.thresholds.empty()) custom["thresholdsStyle"] = {{"mode", "line"}};
    return custom;
}

Json field_defaults(const Panel& panel) {
    const bool graph = panel.kind == "timeseries";
    Json defaults{{"unit", panel.unit},
                  {"color", {{"mode", graph ? "palette-classic" : "thresholds"}}},
                  {"mappings", mappings(panel.words)},
                  {"thresholds", thresholds(panel)}};
    if (panel.least) defaults["min"] = *panel.least;
    if (panel.most) defaults["max"] = *panel.most;
    if (graph) defaults["custom"] = graph_style(panel);
    if (panel.kind == "state-timeline")
        defaults["custom"] = {{"lineWidth", 0}, {"fillOpacity", 70}};
    if (!panel.leads_to.empty()) {
        const auto url = "/d/" + uid_of(panel.leads_to) + "?var-instance=${__field.labels." +
                         panel.leads_by + "}&${__url_time_range}";
        defaults["links"] =
            Json::array({{{"title", "More of ${__field.labels." + panel.leads_by + "}"},
                          {"url", url},
                          {"targetBlank", false}}});
    }
    return defaults;
}

Json last_value() { return {{"calcs", {"lastNotNull"}}, {"fields", ""}, {"values", false}}; }

Json legend(bool shown) {
    return {{"displayMode", "list"},
            {"placement", "bottom"},
            {"showLegend", shown},
            {"calcs", Json::array()}};
}

Json graph_options() {
    return {{"legend", legend(true)}, {"tooltip", {{"mode", "multi"}, {"sort", "desc"}}}};
}

Json stat_options(const Panel& panel) {
    const bool coloured = !panel.thresholds.empty() || !panel.words.empty();
    return {{"reduceOptions", last_value()}, {"orientation", "auto"},
            {"textMode", panel.show},        {"colorMode", coloured ? "background" : "value"},
            {"graphMode", "none"},           {"justifyMode", "auto"}};
}

Json timeline_options() {
    return {{"mergeValues", true},     {"showValue", "auto"},
            {"alignValue", "left"},    {"rowHeight", 0.8},
            {"legend", legend(false)}, {"tooltip", {{"mode", "single"}, {"sort", "none"}}}};
}

Json options(const Panel& panel) {
    if (panel.kind == "timeseries") return graph_options();
    if (panel.kind == "stat") return stat_options(panel);
    if (panel.kind == "state-timeline") return timeline_options();
    if (panel.kind == "bargauge") {
        return {{"reduceOptions", last_value()},
                {"orientation", "horizontal"},
                {"displayMode", "gradient"},
                {"showUnfilled", true}};
    }
    return {{"showHeader", true}, {"cellHeight", "sm"}};
}

// A table has its columns and the value, and neither the time nor other labels.
Json transformations(const Panel& panel) {
    Json included{{"Value", true}};
    Json order = Json::object();
    int index = 0;
    for (const auto& column : panel.columns) {
        included[column] = true;
        order[column] = index++;
    }
    order["Value"] = index;
    return Json::array({{{"id", "organize"},
                         {"options",
                          {{"includeByName", std::move(included)},
                           {"indexByName", std::move(order)},
                           {"renameByName", Json::object()}}}}});
}

Json targets(const Panel& panel) {
    const bool over_time = panel.kind == "timeseries" || panel.kind == "state-timeline";
    Json list = Json::array();
    char id = 'A';
    for (const auto& query : panel.queries) {
        list.push_back({{"refId", std::string(1, id++)},
                        {"datasource", datasource()},
                        {"editorMode", "code"},
                        {"expr", query.expr},
                        {"legendFormat", query.legend.empty() ? "__auto" : query.legend},
                        {"range", over_time},
                        {"instant", !over_time},
                        {"format", panel.kind == "table" ? "table" : "time_series"}});
    }
    return list;
}

}  // namespace

Json datasource() { return {{"type", "prometheus"}, {"uid", "${datasource}"}}; }

Json panel_model(const Panel& panel, int id, Place place) {
    Json model{
        {"id", id},
        {"title", panel.title},
        {"description", panel.description},
        {"type", panel.kind},
        {"datasource", datasource()},
        {"gridPos", {{"x", place.x}, {"y", place.y}, {"w", panel.width}, {"h", panel.height}}},
        {"fieldConfig", {{"defaults", field_defaults(panel)}, {"overrides", Json::array()}}},
        {"options", options(panel)},
        {"targets", targets(panel)}};
    if (panel.kind == "table") model["transformations"] = transformations(panel);
    return model;
}

}  // namespace understudy::dashboards

#include "tools/dashboards/render.h"

#include <algorithm>

#include "tools/dashboards/panel.h"

namespace understudy::dashboards {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 39;
constexpr const char* kTag = "understudy";

// What happened, over every graph. A counter that is new has no earlier sample to rise from.
Json annotations() {
    const auto one = [](const char* name, const char* colour, bool enabled, const char* expr,
                        const char* title, const char* tags) {
        return Json{{"name", name},         {"datasource", datasource()}, {"enable", enabled},
                    {"hide", false},        {"iconColor", colour},        {"expr", expr},
                    {"titleFormat", title}, {"textFormat", ""},           {"tagKeys", tags},
                    {"step", "15s"},        {"useValueForTime", false}};
    };
    return {{"list",
             {one("Failovers and switchovers", "red", true,
                  "increase(understudy_failovers_total{kind!=\"bootstrap\"}[30s]) > 0 or "
                  "(understudy_failovers_total{kind!=\"bootstrap\"} unless "
                  "understudy_failovers_total offset 30s) > 0",
                  "{{kind}}: {{outcome}}", "kind,outcome"),
              one("Virtual address moved", "orange", true,
                  "increase(understudy_vip_taken_total[30s]) > 0",
                  "The virtual address is on {{instance}}", "instance"),
              one("Alerts", "yellow", false, "ALERTS{alertstate=\"firing\"}", "{{alertname}}",
                  "severity,instance")}}};
}

Json variable(const Variable& variable) {
    const auto query = "label_values(" + variable.metric + ", " + variable.label + ")";
    return {{"name", variable.name},
            {"label", variable.title},
            {"type", "query"},
            {"datasource", datasource()},
            {"query", {{"query", query}, {"refId", "variable"}}},
            {"definition", query},
            {"refresh", 2},
            {"sort", 1},
            {"multi", true},
            {"includeAll", true},
            {"current", {{"selected", true}, {"text", {"All"}}, {"value", {"$__all"}}}}};
}

Json templating(const Dashboard& dashboard) {
    Json list = Json::array();
    list.push_back({{"name", "datasource"},
                    {"label", "Prometheus"},
                    {"type", "datasource"},
                    {"query", "prometheus"},
                    {"current", {{"selected", false}, {"text", "default"}, {"value", "default"}}}});
    for (const auto& one : dashboard.variables) list.push_back(variable(one));
    return {{"list", std::move(list)}};
}

Json links() {
    return Json::array({{{"title", "Understudy"},
                         {"type", "dashboards"},
                         {"tags", {kTag}},
                         {"asDropdown", true},
                         {"includeVars", false},
                         {"keepTime", true},
                         {"icon", "external link"},
                         {"tooltip", "The other dashboards"},
                         {"targetBlank", false}}});
}

Json row_header(const std::string& title, int id, int y) {
    return {{"id", id},
            {"title", title},
            {"type", "row"},
            {"collapsed", false},
            {"panels", Json::array()},
            {"gridPos", {{"x", 0}, {"y", y}, {"w", kGridWidth}, {"h", 1}}}};
}

// Lays the panels out, line by line.
class Grid {
  public:
    void add_row(const Row& row) {
        next_line();
        panels_.push_back(row_header(row.title, ++id_, y_++));
        for (const auto& panel : row.panels) add(panel);
    }
    [[nodiscard]] const Json& panels() const { return panels_; }

  private:
    void next_line() {
        y_ += line_height_;
        line_height_ = x_ = 0;
    }
    void add(const Panel& panel) {
        if (x_ + panel.width > kGridWidth) next_line();
        panels_.push_back(panel_model(panel, ++id_, {x_, y_}));
        x_ += panel.width;
        line_height_ = std::max(line_height_, panel.height);
    }

    Json panels_ = Json::array();
    int id_ = 0;
    int x_ = 0;
    int y_ = 0;
    int line_height_ = 0;
};

}  // namespace

std::string uid_of(const std::string& name) { return "understudy-" + name; }

Json rendered(const Dashboard& dashboard) {
    Grid grid;
    for (const auto& row : dashboard.rows) grid.add_row(row);
    return {{"uid", uid_of(dashboard.name)},
            {"title", dashboard.title},
            {"description", dashboard.description},
            {"tags", {kTag}},
            {"timezone", "browser"},
            {"schemaVersion", kSchemaVersion},
            {"version", 1},
            {"editable", true},
            {"graphTooltip", 1},
            {"refresh", "10s"},
            {"time", {{"from", "now-30m"}, {"to", "now"}}},
            {"links", links()},
            {"templating", templating(dashboard)},
            {"annotations", annotations()},
            {"panels", grid.panels()}};
}

std::string text_of(const Json& dashboard) { return dashboard.dump(1) + "\n"; }

}  // namespace understudy::dashboards

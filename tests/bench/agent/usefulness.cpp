#include "tests/bench/agent/usefulness.h"

#include <algorithm>
#include <array>

#include "exporters/mysql/metrics.h"

namespace understudy::bench {
namespace {

constexpr std::string_view kVariables = "mysql_global_variables_";

struct LeftOut {
    std::string_view beginning;
    std::string_view why;
};

constexpr auto kLeftOut = std::to_array<LeftOut>({
    {"go_", "an exporter's own heap and goroutines"},
    {"process_", "an exporter's own process"},
    {"promhttp_", "an exporter's own page"},
    {"haproxy_exporter_", "an exporter's own build and failures"},
    {"nginxexporter_", "an exporter's own build"},
    {"mysqld_exporter_", "an exporter's own build"},
    {"mysql_exporter_", "an exporter's own collectors"},
    {"node_exporter_", "an exporter's own build"},
    {"node_scrape_collector_", "an exporter's own collectors"},
    {"understudy_collector_", "the agent's own collectors"},
});

std::string_view name_of(std::string_view line) { return line.substr(0, line.find_first_of("{ ")); }

std::string_view value_of(std::string_view line) { return line.substr(line.rfind(' ') + 1); }

}  // namespace

std::optional<std::string_view> why_not_useful(std::string_view line) {
    const auto found = std::find_if(
        kLeftOut.begin(), kLeftOut.end(),
        [line](const LeftOut& left_out) { return line.starts_with(left_out.beginning); });
    if (found != kLeftOut.end()) return found->why;
    const auto name = name_of(line);
    const auto value = value_of(line);
    if (name.starts_with(kVariables)) {
        auto variable = name.substr(kVariables.size());
        if (exporters::is_exported_variable(variable)) return std::nullopt;
        // Under the spelling that dashboards have from before MySQL 8.0.26.
        if (variable.starts_with("rpl_semi_sync_")) return std::nullopt;
        return "a setting that no dashboard of MySQL plots and no alert needs";
    }
    if (name == "mysql_global_status_commands_total" && value == "0") {
        return "a statement that never ran";
    }
    if (value == "NaN") return "a value that is not there";
    if (name == "node_network_speed_bytes" && value.starts_with('-')) {
        return "a speed that is not known";
    }
    if (line.find("device=\"zram") != std::string_view::npos) return "a disk in memory";
    return std::nullopt;
}

}  // namespace understudy::bench

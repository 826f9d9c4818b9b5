// A panel of a dashboard in Grafana's JSON model.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/dashboards/source.h"

namespace understudy::dashboards {

struct Place {
    int x = 0;
    int y = 0;
};

// Whichever Prometheus the dashboard's variable names.
nlohmann::ordered_json datasource();

nlohmann::ordered_json panel_model(const Panel& panel, int id, Place place);

}  // namespace understudy::dashboards

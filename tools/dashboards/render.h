// A dashboard as Grafana 10 and newer read it (its JSON model, schema version 39).
#pragma once

#include <nlohmann/json.hpp>

#include "tools/dashboards/source.h"

namespace understudy::dashboards {

// The uid of the dashboard that is made from the source of that name.
std::string uid_of(const std::string& name);

// Panels stand from left to right, in rows as high as their highest; ids count from 1. All have the
// variable `datasource`, the links to one another, and the same annotations.
nlohmann::ordered_json rendered(const Dashboard& dashboard);

// The file's text: the same for the same source, whatever the machine.
std::string text_of(const nlohmann::ordered_json& dashboard);

}  // namespace understudy::dashboards

// HAProxy's metrics, from the answers to "show info" and "show stat".
//
// haproxy_server_status and haproxy_backend_status have one series for each state, as the built-in
// exporter's; of haproxy_server_check_status only the series of the present state is there, with
// the value 1. What HAProxy leaves empty is left out (the built-in exporter says NaN).
#pragma once

#include <map>
#include <string>

#include "adapters/haproxy/stat_table.h"
#include "exporters/metric_page.h"
#include "exporters/scrape.h"

namespace understudy::exporters {

using HaproxyInfo = std::map<std::string, std::string, std::less<>>;

MetricPage haproxy_metrics(const HaproxyInfo& info, const adapters::StatTable& stat);
// HAProxy does not answer: haproxy_up 0.
MetricPage haproxy_missing();

// Asks over HAProxy's stats socket.
Collector haproxy_collector(const std::string& socket, core::Millis deadline);

}  // namespace understudy::exporters

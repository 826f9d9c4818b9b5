// Debian's exporters of the daemons that the agent watches too, listening on 127.0.0.1:port.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporters/nginx/collector.h"

namespace understudy::integration {

constexpr auto kNodeExporterPackage = "prometheus-node-exporter";
constexpr auto kNginxExporterPackage = "prometheus-nginx-exporter";
constexpr auto kMysqldExporterPackage = "prometheus-mysqld-exporter";

// With the collectors that the agent has too, and no others.
std::vector<std::string> node_exporter_command(std::uint16_t port);
std::vector<std::string> nginx_exporter_command(std::uint16_t port, const exporters::HttpUrl& url);
// `options`: a file as mysql's own, with a section [client].
std::vector<std::string> mysqld_exporter_command(std::uint16_t port, const std::string& options);

}  // namespace understudy::integration

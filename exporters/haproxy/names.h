// What of HAProxy's statistics is exported, and under which names: those of its built-in exporter
// (addons/promex), so that dashboards and alerts go on working.
#pragma once

#include <span>

namespace understudy::exporters {

enum class HaproxyKind { kGauge, kCounter };

// A field of "show info".
struct ProcessName {
    const char* field;
    const char* name;  // after "haproxy_process_"
    HaproxyKind kind;
    const char* help;
};
std::span<const ProcessName> process_names();

// A column of "show stat", for some of frontends (F), backends (B) and servers (S).
struct StatName {
    const char* column;
    const char* name;    // after "haproxy_frontend_", "haproxy_backend_", "haproxy_server_"
    const char* scopes;  // of "FBS"
    HaproxyKind kind;
    double unit;  // the column's unit in base units: 0.001 for milliseconds
    const char* help;
};
std::span<const StatName> stat_names();

}  // namespace understudy::exporters

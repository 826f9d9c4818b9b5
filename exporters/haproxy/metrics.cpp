#include "exporters/haproxy/metrics.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/haproxy/runtime_socket.h"
#include "exporters/haproxy/holding.h"
#include "exporters/haproxy/names.h"
#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using adapters::StatTable;

constexpr auto kServerStates = std::to_array({"DOWN", "UP", "MAINT", "DRAIN", "NOLB"});
constexpr auto kProxyStates = std::to_array({"DOWN", "UP"});
constexpr auto kStatusHelp = "The present state: 1, the other states: 0.";

void add(MetricPage& page, HaproxyKind kind, const std::string& name, const char* help,
         double value, const Labels& labels) {
    if (kind == HaproxyKind::kGauge) {
        page.gauge(name, help, value, labels);
    } else {
        page.counter(name, help, value, labels);
    }
}

void add_process(MetricPage& page, const HaproxyInfo& info) {
    for (const auto& name : process_names()) {
        const auto field = info.find(name.field);
        if (field == info.end()) continue;
        if (const auto value = number_from<double>(field->second)) {
            add(page, name.kind, std::string("haproxy_process_") + name.name, name.help, *value,
                {});
        }
    }
    if (const auto version = info.find("Version"); version != info.end()) {
        page.gauge("haproxy_process_build_info", "The running HAProxy; always 1.", 1,
                   {{"version", version->second}});
    }
    if (const auto node = info.find("node"); node != info.end()) {
        page.gauge("haproxy_process_node", "The name that HAProxy has for its host; always 1.", 1,
                   {{"node", node->second}});
    }
}

struct Row {
    std::size_t number;
    Labels labels;
};

// The rows of one type, under the names of that type.
struct Scope {
    char letter;
    std::string prefix;
    std::vector<Row> rows;
};

Scope scope_of(const StatTable& stat, char letter, std::string prefix, std::string_view type) {
    Scope scope{letter, std::move(prefix), {}};
    const auto column = stat.column("type");
    const auto proxy = stat.column("pxname");
    const auto server = stat.column("svname");
    for (std::size_t row = 0; row < stat.rows(); ++row) {
        if (stat.text(row, column) != type) continue;
        Labels labels{{"proxy", stat.text(row, proxy)}};
        if (letter == 'S') labels.add("server", stat.text(row, server));
        scope.rows.push_back({row, std::move(labels)});
    }
    return scope;
}

void add_stat(MetricPage& page, const StatTable& stat, const Scope& scope) {
    for (const auto& name : stat_names()) {
        if (std::string_view(name.scopes).find(scope.letter) == std::string_view::npos) continue;
        const auto column = stat.column(name.column);
        const auto metric = scope.prefix + name.name;
        for (const auto& row : scope.rows) {
            if (const auto value = stat.number(row.number, column)) {
                add(page, name.kind, metric, name.help, *value * name.unit, row.labels);
            }
        }
    }
}

void add_responses(MetricPage& page, const StatTable& stat, const Scope& scope) {
    const auto metric = scope.prefix + "http_responses_total";
    for (const auto* code : {"1xx", "2xx", "3xx", "4xx", "5xx", "other"}) {
        const auto column = stat.column(std::string("hrsp_") + code);
        for (const auto& row : scope.rows) {
            if (const auto value = stat.number(row.number, column)) {
                page.counter(metric, "HTTP responses, by the class of their status.", *value,
                             row.labels.with("code", code));
            }
        }
    }
}

// "UP 1/2", "OPEN" and "no check" are UP; "DOWN (agent)" and "STOP" are DOWN; "MAINT (via x)" is
// MAINT.
std::string_view state_of(std::string_view status) {
    if (status == "OPEN" || status == "FULL" || status == "no check") return "UP";
    for (const std::string_view state : kServerStates) {
        if (status.starts_with(state)) return state;
    }
    return "DOWN";
}

template <std::size_t kCount>
void add_status(MetricPage& page, const StatTable& stat, const Scope& scope,
                const std::array<const char*, kCount>& states) {
    const auto status = stat.column("status");
    const auto metric = scope.prefix + "status";
    for (const auto& row : scope.rows) {
        const auto now = state_of(stat.text(row.number, status));
        for (const auto* state : states) {
            page.gauge(metric, kStatusHelp, now == state ? 1 : 0, row.labels.with("state", state));
        }
    }
}

void add_check_status(MetricPage& page, const StatTable& stat, const Scope& servers) {
    const auto column = stat.column("check_status");
    for (const auto& row : servers.rows) {
        auto check = stat.text(row.number, column);
        if (check.starts_with("* ")) check.remove_prefix(2);
        if (check.empty() || check == "INI") continue;
        page.gauge("haproxy_server_check_status", "The result of the last health check: 1.", 1,
                   row.labels.with("state", check));
    }
}

void add_states_of_servers(MetricPage& page, const StatTable& stat, const Scope& backends,
                           const Scope& servers) {
    const auto proxy = stat.column("pxname");
    const auto status = stat.column("status");
    for (const auto& backend : backends.rows) {
        for (const auto* state : kServerStates) {
            const auto count =
                std::count_if(servers.rows.begin(), servers.rows.end(), [&](const Row& server) {
                    return stat.text(server.number, proxy) == stat.text(backend.number, proxy) &&
                           state_of(stat.text(server.number, status)) == state;
                });
            page.gauge("haproxy_backend_agg_server_status",
                       "How many of the backend's servers are in the state.",
                       static_cast<double>(count), backend.labels.with("state", state));
        }
    }
}

MetricPage haproxy_up(bool answers) {
    MetricPage page;
    page.gauge("haproxy_up", "Whether HAProxy answered (1) or not (0).", answers ? 1 : 0);
    return page;
}

// Nothing where HAProxy does not know the command: it holds nobody, or otherwise.
MetricPage held_connections(const adapters::RuntimeSocket& haproxy, core::Millis patience) {
    const auto answer = haproxy.ask(std::vector<std::string>{kShowHolding}, patience);
    if (!answer) return {};
    const auto holding = adapters::parse_info(answer->front());
    return holding ? holding_metrics(*holding) : MetricPage();
}

}  // namespace

MetricPage haproxy_metrics(const HaproxyInfo& info, const StatTable& stat) {
    auto page = haproxy_up(true);
    add_process(page, info);
    const auto frontends = scope_of(stat, 'F', "haproxy_frontend_", "0");
    const auto backends = scope_of(stat, 'B', "haproxy_backend_", "1");
    const auto servers = scope_of(stat, 'S', "haproxy_server_", "2");
    for (const auto* scope : {&frontends, &backends, &servers}) {
        add_stat(page, stat, *scope);
        add_responses(page, stat, *scope);
    }
    add_status(page, stat, frontends, kProxyStates);
    add_status(page, stat, backends, kProxyStates);
    add_status(page, stat, servers, kServerStates);
    add_check_status(page, stat, servers);
    add_states_of_servers(page, stat, backends, servers);
    return page;
}

MetricPage haproxy_missing() { return haproxy_up(false); }

Collector haproxy_collector(const std::string& socket, core::Millis deadline) {
    // A tenth is left for what comes after the answer.
    const auto patience = deadline - deadline / 10;
    auto collect = [haproxy = adapters::RuntimeSocket(socket),
                    patience]() -> core::Result<MetricPage> {
        const auto answers =
            haproxy.ask(std::vector<std::string>{"show info", "show stat"}, patience);
        if (!answers) return tl::unexpected(answers.error());
        const auto info = adapters::parse_info((*answers)[0]);
        if (!info) return tl::unexpected(info.error());
        return StatTable::parse((*answers)[1]).map([&](const StatTable& stat) {
            auto page = haproxy_metrics(*info, stat);
            page.append(held_connections(haproxy, patience));
            return page;
        });
    };
    return {"haproxy", deadline, std::move(collect), haproxy_missing};
}

}  // namespace understudy::exporters

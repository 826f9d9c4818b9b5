#include "exporters/haproxy/holding.h"

#include <optional>
#include <string>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

std::optional<double> value_of(const HaproxyInfo& holding, const char* name) {
    const auto field = holding.find(name);
    return field == holding.end() ? std::nullopt : number_from<double>(field->second);
}

}  // namespace

MetricPage holding_metrics(const HaproxyInfo& holding) {
    MetricPage page;
    if (const auto held = value_of(holding, "held")) {
        page.gauge("understudy_haproxy_held_connections",
                   "Connections that wait in HAProxy for a database to write to.", *held);
    }
    for (const auto* outcome : {"released", "expired", "refused", "left"}) {
        if (const auto count = value_of(holding, outcome)) {
            page.counter("understudy_haproxy_holds_total",
                         "Waits for a database to write to, by their end: a writer came, it took "
                         "too long, too many waited already, the client left.",
                         *count, {{"outcome", outcome}});
        }
    }
    if (const auto seconds = value_of(holding, "waited_seconds")) {
        page.counter("understudy_haproxy_hold_seconds_total",
                     "How long the connections waited whose waits were released or expired.",
                     *seconds);
    }
    return page;
}

}  // namespace understudy::exporters

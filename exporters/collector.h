// One source of metrics, as the page behind /metrics asks it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/identity.h"
#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

// Under which names a collector's success and duration appear: understudy_collector_*, or
// node_exporter's node_scrape_collector_*, which its dashboards plot.
enum class HealthNames : std::uint8_t { kOwn, kNodeExporter };

struct Collector {
    std::string name;
    core::Millis deadline{1000};
    // May block. Owns what it uses: a stuck one outlives the Scrape.
    std::function<core::Result<MetricPage>()> collect;
    // "nginx_up 0": what holds when collect() failed or did not return. Must not block; may run on
    // any thread.
    std::function<MetricPage()> when_missing = [] { return MetricPage(); };
    // Collectors with the same word run one after the other on one thread; empty: on its own.
    std::string thread{};
    HealthNames health = HealthNames::kOwn;
    // kNotFound from collect() means that this machine has no such thing: nothing is said of it.
    bool may_be_absent = false;
    // What it asks and how, as far as a configuration says so. Of two with the same name, deadline
    // and settings either one will do (Scrape::replace()).
    std::string settings{};
};

}  // namespace understudy::exporters

// The firewall's named counters, as `nft -j list counters` writes them (libnftables-json(5)). Who
// may ask the kernel for them (CAP_NET_ADMIN) puts them into a file; the agent only reads that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"
#include "exporters/scrape.h"

namespace understudy::exporters {

struct FirewallCounter {
    std::string name;
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    bool operator==(const FirewallCounter&) const = default;
};

// kInvalid: not such a document, or no counter in it.
core::Result<std::vector<FirewallCounter>> parse_firewall_counters(std::string_view json);

// understudy_firewall_up 1 among them; firewall_missing(): 0.
MetricPage firewall_metrics(const std::vector<FirewallCounter>& counters);
MetricPage firewall_missing();

// Reads at most 64 KiB. A file older than half a minute counts as missing: whoever writes it is
// gone.
Collector firewall_collector(std::string path, core::Millis deadline);

}  // namespace understudy::exporters

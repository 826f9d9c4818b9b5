// Tables of the network: /proc/net/arp, udp, udp6 and stat/nf_conntrack (proc(5)).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "exporters/host/memory.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

// How many neighbours are known on each device.
using ArpEntries = std::map<std::string, std::uint64_t>;
core::Result<ArpEntries> parse_arp(std::string_view text);
void add_arp(MetricPage& page, const ArpEntries& entries);

// A heading of names, then a line of hexadecimal numbers for each processor: their sums.
core::Result<NamedValues> parse_conntrack_stat(std::string_view text);
// Only what node_exporter takes.
void add_conntrack_stat(MetricPage& page, const NamedValues& sums);

// Bytes that wait in the queues of all UDP sockets.
struct UdpQueues {
    std::uint64_t transmit_bytes = 0;
    std::uint64_t receive_bytes = 0;
    bool operator==(const UdpQueues&) const = default;
};
core::Result<UdpQueues> parse_udp(std::string_view text);
// `version`: "v4" or "v6".
void add_udp_queues(MetricPage& page, std::string_view version, const UdpQueues& queues);

}  // namespace understudy::exporters

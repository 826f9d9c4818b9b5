// The network: /proc/net/dev, snmp, snmp6, netstat, sockstat, sockstat6, softnet_stat (proc(5)).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/host/memory.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct NetworkDevice {
    std::string device;
    // Received bytes, packets, errs, drop, fifo, frame, compressed, multicast; sent bytes, packets,
    // errs, drop, fifo, colls, carrier, compressed.
    std::array<std::uint64_t, 16> columns{};
};

core::Result<std::vector<NetworkDevice>> parse_net_dev(std::string_view text);
void add_net_dev(MetricPage& page, const std::vector<NetworkDevice>& devices);

// Pairs of lines "Tcp: names…" "Tcp: values…"; names "Tcp_CurrEstab". For snmp and netstat.
core::Result<NamedValues> parse_netstat(std::string_view text);
// Lines "Ip6InOctets 0"; names "Ip6_InOctets".
core::Result<NamedValues> parse_snmp6(std::string_view text);
// Only what node_exporter takes by default.
void add_netstat(MetricPage& page, const NamedValues& values);

// Lines "TCP: inuse 4 orphan 0 …"; names "TCP_inuse"; "mem" is in pages.
core::Result<NamedValues> parse_sockstat(std::string_view text);
void add_sockstat(MetricPage& page, const NamedValues& values, double page_bytes);

struct SoftnetCpu {
    std::uint64_t processed = 0;
    std::uint64_t dropped = 0;
    std::uint64_t squeezed = 0;
};
core::Result<std::vector<SoftnetCpu>> parse_softnet(std::string_view text);
void add_softnet(MetricPage& page, const std::vector<SoftnetCpu>& cpus);

}  // namespace understudy::exporters

#include "exporters/host/network.h"

#include <algorithm>
#include <optional>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;

struct DeviceColumn {
    const char* name;
    const char* help;
};

constexpr std::array<DeviceColumn, 16> kDeviceColumns{{
    {"node_network_receive_bytes_total", "Bytes received."},
    {"node_network_receive_packets_total", "Packets received."},
    {"node_network_receive_errs_total", "Errors while receiving."},
    {"node_network_receive_drop_total", "Packets dropped while receiving."},
    {"node_network_receive_fifo_total", "Buffer overruns while receiving."},
    {"node_network_receive_frame_total", "Framing errors while receiving."},
    {"node_network_receive_compressed_total", "Compressed packets received."},
    {"node_network_receive_multicast_total", "Multicast packets received."},
    {"node_network_transmit_bytes_total", "Bytes sent."},
    {"node_network_transmit_packets_total", "Packets sent."},
    {"node_network_transmit_errs_total", "Errors while sending."},
    {"node_network_transmit_drop_total", "Packets dropped while sending."},
    {"node_network_transmit_fifo_total", "Buffer overruns while sending."},
    {"node_network_transmit_colls_total", "Collisions while sending."},
    {"node_network_transmit_carrier_total", "Losses of the carrier while sending."},
    {"node_network_transmit_compressed_total", "Compressed packets sent."},
}};

tl::unexpected<core::Error> malformed_line(const char* file, std::string_view line) {
    return failure(ErrorCode::kInvalid, std::string("read ") + file,
                   "malformed line: " + std::string(line.substr(0, 100)));
}

bool is_wanted_counter(std::string_view name) {
    const auto split = name.find('_');
    const auto protocol = name.substr(0, split);
    const auto field = split == std::string_view::npos ? "" : name.substr(split + 1);
    if (field.ends_with("InErrors") || field.ends_with("InErrs")) return true;
    if (protocol == "Ip") return field == "Forwarding";
    if (protocol == "Ip6" || protocol == "IpExt")
        return is_one_of(field, {"InOctets", "OutOctets"});
    if (protocol == "Icmp" || protocol == "Icmp6") return is_one_of(field, {"InMsgs", "OutMsgs"});
    if (protocol == "TcpExt") {
        return field.starts_with("Listen") || field.starts_with("Syncookies") ||
               is_one_of(field, {"TCPSynRetrans", "TCPTimeouts"});
    }
    if (protocol == "Tcp") {
        return is_one_of(field, {"ActiveOpens", "InSegs", "OutSegs", "OutRsts", "PassiveOpens",
                                 "RetransSegs", "CurrEstab"});
    }
    if (protocol == "Udp" || protocol == "Udp6") {
        return is_one_of(
            field, {"InDatagrams", "OutDatagrams", "NoPorts", "RcvbufErrors", "SndbufErrors"});
    }
    return false;
}

}  // namespace

core::Result<std::vector<NetworkDevice>> parse_net_dev(std::string_view text) {
    std::vector<NetworkDevice> devices;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto colon = line.rfind(':');             // an alias has one inside its name
        if (colon == std::string_view::npos) continue;  // the two lines of the heading
        const auto name = fields_of(line.substr(0, colon));
        const auto numbers = fields_of(line.substr(colon + 1));
        NetworkDevice device;
        if (name.size() != 1 || numbers.size() < device.columns.size()) {
            return malformed_line("/proc/net/dev", line);
        }
        device.device = name[0];
        for (std::size_t i = 0; i < device.columns.size(); ++i) {
            const auto value = number_from<std::uint64_t>(numbers[i]);
            if (!value) return malformed_line("/proc/net/dev", line);
            device.columns[i] = *value;
        }
        devices.push_back(std::move(device));
    }
    return devices;
}

void add_net_dev(MetricPage& page, const std::vector<NetworkDevice>& devices) {
    for (std::size_t i = 0; i < kDeviceColumns.size(); ++i) {
        for (const auto& device : devices) {
            page.counter(kDeviceColumns[i].name, kDeviceColumns[i].help,
                         static_cast<double>(device.columns[i]), {{"device", device.device}});
        }
    }
}

core::Result<NamedValues> parse_netstat(std::string_view text) {
    NamedValues values;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto names = fields_of(line);
        if (names.empty()) continue;
        const auto numbers = fields_of(take_line(text));
        if (numbers.size() != names.size() || numbers[0] != names[0] || !names[0].ends_with(':')) {
            return malformed_line("/proc/net/netstat or snmp", line);
        }
        const std::string protocol(names[0].substr(0, names[0].size() - 1));
        for (std::size_t i = 1; i < names.size(); ++i) {
            const auto value = number_from<double>(numbers[i]);
            if (!value) return malformed_line("/proc/net/netstat or snmp", line);
            values.emplace_back(protocol + "_" + std::string(names[i]), *value);
        }
    }
    return values;
}

core::Result<NamedValues> parse_snmp6(std::string_view text) {
    NamedValues values;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        const auto six = fields[0].find('6');
        const auto value =
            fields.size() == 2 ? number_from<double>(fields[1]) : std::optional<double>();
        if (!value) return malformed_line("/proc/net/snmp6", line);
        if (six == std::string_view::npos) continue;
        values.emplace_back(std::string(fields[0].substr(0, six + 1)) + "_" +
                                std::string(fields[0].substr(six + 1)),
                            *value);
    }
    return values;
}

void add_netstat(MetricPage& page, const NamedValues& values) {
    for (const auto& [name, value] : values) {
        if (is_wanted_counter(name)) {
            page.untyped("node_netstat_" + name, "The counter of that name in /proc/net.", value);
        }
    }
}

core::Result<NamedValues> parse_sockstat(std::string_view text) {
    NamedValues values;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        if (fields.size() % 2 == 0 || !fields[0].ends_with(':')) {
            return malformed_line("/proc/net/sockstat", line);
        }
        const std::string protocol(fields[0].substr(0, fields[0].size() - 1));
        for (std::size_t i = 1; i + 1 < fields.size(); i += 2) {
            const auto value = number_from<double>(fields[i + 1]);
            if (!value) return malformed_line("/proc/net/sockstat", line);
            values.emplace_back(protocol + "_" + std::string(fields[i]), *value);
        }
    }
    return values;
}

void add_sockstat(MetricPage& page, const NamedValues& values, double page_bytes) {
    constexpr auto kHelp = "The field of that name in /proc/net/sockstat.";
    for (const auto& [name, value] : values) {
        page.gauge("node_sockstat_" + name, kHelp, value);
        if (name.ends_with("_mem")) {
            page.gauge("node_sockstat_" + name + "_bytes", kHelp, value * page_bytes);
        }
    }
}

core::Result<std::vector<SoftnetCpu>> parse_softnet(std::string_view text) {
    std::vector<SoftnetCpu> cpus;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        if (fields.size() < 3) return malformed_line("/proc/net/softnet_stat", line);
        const auto processed = hexadecimal_from(fields[0]);
        const auto dropped = hexadecimal_from(fields[1]);
        const auto squeezed = hexadecimal_from(fields[2]);
        if (!processed || !dropped || !squeezed)
            return malformed_line("/proc/net/softnet_stat", line);
        cpus.push_back({*processed, *dropped, *squeezed});
    }
    return cpus;
}

void add_softnet(MetricPage& page, const std::vector<SoftnetCpu>& cpus) {
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        const Labels labels{{"cpu", std::to_string(i)}};
        page.counter("node_softnet_processed_total", "Packets processed.",
                     static_cast<double>(cpus[i].processed), labels);
        page.counter("node_softnet_dropped_total", "Packets dropped, the backlog being full.",
                     static_cast<double>(cpus[i].dropped), labels);
        page.counter("node_softnet_times_squeezed_total",
                     "Times that packet processing ran out of its budget.",
                     static_cast<double>(cpus[i].squeezed), labels);
    }
}

}  // namespace understudy::exporters

#include "exporters/host/network_class.h"

#include <array>
#include <string_view>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

struct DeviceValue {
    const char* file;
    const char* name;
    const char* help;
    double unit = 1;
};

constexpr double kBytesPerMegabit = 125000;

constexpr auto kGauges = std::to_array<DeviceValue>({
    {"addr_assign_type", "node_network_address_assign_type", "How the device got its address."},
    {"carrier", "node_network_carrier", "Whether the device has a carrier (1)."},
    {"dev_id", "node_network_device_id", "The device's number among those of one address."},
    {"dormant", "node_network_dormant", "Whether the device is dormant (1)."},
    {"flags", "node_network_flags", "The device's flags."},
    {"ifindex", "node_network_iface_id", "The device's index."},
    {"iflink", "node_network_iface_link", "The index of the device that this one is linked to."},
    {"link_mode", "node_network_iface_link_mode", "The device's link mode."},
    {"mtu", "node_network_mtu_bytes", "Largest packet of the device."},
    {"name_assign_type", "node_network_name_assign_type", "How the device got its name."},
    {"netdev_group", "node_network_net_dev_group", "The device's group."},
    {"speed", "node_network_speed_bytes", "Speed of the device, bytes per second.",
     kBytesPerMegabit},
    {"tx_queue_len", "node_network_transmit_queue_length", "Length of the sending queue."},
    {"type", "node_network_protocol_type", "The device's kind of protocol."},
});

constexpr auto kCounters = std::to_array<DeviceValue>({
    {"carrier_changes", "node_network_carrier_changes_total", "Changes of the carrier."},
    {"carrier_up_count", "node_network_carrier_up_changes_total", "Changes of the carrier to up."},
    {"carrier_down_count", "node_network_carrier_down_changes_total",
     "Changes of the carrier to down."},
    {"statistics/rx_nohandler", "node_network_receive_nohandler_total",
     "Packets received that nothing handled."},
});

// Flags and numbers of devices are written as 0x1003.
std::optional<double> value_of(std::string_view text) {
    if (!text.starts_with("0x")) return number_from<double>(text);
    const auto value = hexadecimal_from(text.substr(2));
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

}  // namespace

void add_network_device(MetricPage& page, const std::string& device, const DeviceFile& file) {
    const auto state = file("operstate");
    if (!state) return;
    const Labels labels{{"device", device}};
    page.gauge("node_network_up", "Whether the device is up (1) or not (0).",
               *state == "up" ? 1 : 0, labels);
    page.gauge("node_network_info", "The device's names and state; always 1.", 1,
               {{"address", file("address").value_or("")},
                {"broadcast", file("broadcast").value_or("")},
                {"device", device},
                {"duplex", file("duplex").value_or("")},
                {"ifalias", file("ifalias").value_or("")},
                {"operstate", *state}});
    for (const auto& gauge : kGauges) {
        const auto value = value_of(file(gauge.file).value_or(""));
        // A speed that is not known is -1.
        if (value && *value >= 0) page.gauge(gauge.name, gauge.help, *value * gauge.unit, labels);
    }
    for (const auto& counter : kCounters) {
        const auto value = value_of(file(counter.file).value_or(""));
        if (value) page.counter(counter.name, counter.help, *value, labels);
    }
}

}  // namespace understudy::exporters

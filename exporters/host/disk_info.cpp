#include "exporters/host/disk_info.h"

#include "exporters/text_fields.h"

namespace understudy::exporters {

UdevProperties parse_udev_data(std::string_view text) {
    constexpr std::string_view kProperty = "E:";
    UdevProperties properties;
    while (!text.empty()) {
        auto line = take_line(text);
        const auto equals = line.find('=');
        if (!line.starts_with(kProperty) || equals == std::string_view::npos) continue;
        properties[std::string(line.substr(kProperty.size(), equals - kProperty.size()))] =
            std::string(line.substr(equals + 1));
    }
    return properties;
}

void add_disk_info(MetricPage& page, const DiskStat& disk, const UdevProperties& properties) {
    const auto property = [&](const char* name) {
        const auto found = properties.find(name);
        return found == properties.end() ? std::string() : found->second;
    };
    auto serial = property("SCSI_IDENT_SERIAL");
    if (serial.empty()) serial = property("ID_SERIAL_SHORT");
    page.gauge("node_disk_info", "The disk's names; always 1.", 1,
               {{"device", disk.device},
                {"major", std::to_string(disk.major)},
                {"minor", std::to_string(disk.minor)},
                {"model", property("ID_MODEL")},
                {"path", property("ID_PATH")},
                {"revision", property("ID_REVISION")},
                {"serial", serial},
                {"wwn", property("ID_WWN")}});
}

}  // namespace understudy::exporters

#include "exporters/host/control_groups.h"

#include "exporters/text_fields.h"

namespace understudy::exporters {

core::Result<std::vector<CgroupController>> parse_cgroups(std::string_view text) {
    constexpr std::size_t kFields = 4;  // subsys_name hierarchy num_cgroups enabled
    std::vector<CgroupController> controllers;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.empty() || line.starts_with('#')) continue;
        const auto fields = fields_of(line);
        const auto groups = fields.size() == kFields ? number_from<std::uint64_t>(fields[2])
                                                     : std::optional<std::uint64_t>();
        if (!groups || (fields[3] != "0" && fields[3] != "1")) {
            return core::failure(core::ErrorCode::kInvalid, "read /proc/cgroups",
                                 "malformed line: " + std::string(line.substr(0, 100)));
        }
        controllers.push_back({std::string(fields[0]), *groups, fields[3] == "1"});
    }
    return controllers;
}

void add_cgroups(MetricPage& page, const std::vector<CgroupController>& controllers) {
    for (const auto& controller : controllers) {
        const Labels labels{{"subsys_name", controller.name}};
        page.gauge("node_cgroups_cgroups", "Control groups that use the controller.",
                   static_cast<double>(controller.groups), labels);
        page.gauge("node_cgroups_enabled", "Whether the controller is enabled.",
                   controller.enabled ? 1 : 0, labels);
    }
}

}  // namespace understudy::exporters

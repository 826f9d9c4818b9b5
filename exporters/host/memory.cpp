#include "exporters/host/memory.h"

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;

// "Active(anon)" -> "Active_anon"
std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c == '(') {
            plain += '_';
        } else if (c != ')') {
            plain += c;
        }
    }
    return plain;
}

bool is_wanted_event(std::string_view name) {
    return name.starts_with("oom_kill") || name.starts_with("pgpg") || name.starts_with("pswp") ||
           (name.starts_with("pg") && name.find("fault") != std::string_view::npos);
}

}  // namespace

core::Result<NamedValues> parse_meminfo(std::string_view text) {
    constexpr auto kOperation = "read /proc/meminfo";
    constexpr double kKibibyte = 1024;
    NamedValues values;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        const auto value =
            fields.size() > 1 ? number_from<double>(fields[1]) : std::optional<double>();
        if (!value || !fields[0].ends_with(':')) {
            return failure(ErrorCode::kInvalid, kOperation, "malformed line: " + std::string(line));
        }
        auto name = plain_name(fields[0].substr(0, fields[0].size() - 1));
        const bool has_unit = fields.size() > 2 && fields[2] == "kB";
        if (has_unit) name += "_bytes";
        values.emplace_back(std::move(name), has_unit ? *value * kKibibyte : *value);
    }
    if (values.empty()) return failure(ErrorCode::kInvalid, kOperation, "it is empty");
    return values;
}

void add_meminfo(MetricPage& page, const NamedValues& values) {
    for (const auto& [name, value] : values) {
        page.gauge("node_memory_" + name, "The field of that name in /proc/meminfo.", value);
    }
}

core::Result<NamedValues> parse_vmstat(std::string_view text) {
    NamedValues values;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty() || !is_wanted_event(fields[0])) continue;
        const auto value =
            fields.size() == 2 ? number_from<double>(fields[1]) : std::optional<double>();
        if (!value) {
            return failure(ErrorCode::kInvalid, "read /proc/vmstat",
                           "malformed line: " + std::string(line));
        }
        values.emplace_back(fields[0], *value);
    }
    return values;
}

void add_vmstat(MetricPage& page, const NamedValues& values) {
    for (const auto& [name, value] : values) {
        page.untyped("node_vmstat_" + name, "The field of that name in /proc/vmstat.", value);
    }
}

}  // namespace understudy::exporters

#include "exporters/host/release.h"

#include <optional>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

// Quoted as the shell does it; a backslash keeps what follows.
std::string unquoted(std::string_view text) {
    const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                        text.back() == text.front();
    const char quote = quoted ? text.front() : '\0';
    if (quoted) text = text.substr(1, text.size() - 2);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && quote != '\'' && i + 1 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

std::string value_of(const OsRelease& release, const char* key) {
    const auto found = release.find(key);
    return found == release.end() ? "" : found->second;
}

// "12" and "22.04.1" as 12 and 22.04.
std::optional<double> version_number(std::string_view text) {
    const auto dot = text.find('.');
    const auto second = dot == std::string_view::npos ? dot : text.find('.', dot + 1);
    return number_from<double>(text.substr(0, second));
}

}  // namespace

core::Result<OsRelease> parse_os_release(std::string_view text) {
    OsRelease release;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto equals = line.find('=');
        if (line.starts_with('#') || equals == std::string_view::npos || equals == 0) continue;
        release[std::string(line.substr(0, equals))] = unquoted(line.substr(equals + 1));
    }
    if (!release.empty()) return release;
    return core::failure(core::ErrorCode::kInvalid, "read os-release", "no assignment in it");
}

void add_os_release(MetricPage& page, const OsRelease& release) {
    Labels labels;
    for (const auto& [label, key] :
         {std::pair{"build_id", "BUILD_ID"}, std::pair{"id", "ID"}, std::pair{"id_like", "ID_LIKE"},
          std::pair{"image_id", "IMAGE_ID"}, std::pair{"image_version", "IMAGE_VERSION"},
          std::pair{"name", "NAME"}, std::pair{"pretty_name", "PRETTY_NAME"},
          std::pair{"variant", "VARIANT"}, std::pair{"variant_id", "VARIANT_ID"},
          std::pair{"version", "VERSION"}, std::pair{"version_codename", "VERSION_CODENAME"},
          std::pair{"version_id", "VERSION_ID"}}) {
        labels.add(label, value_of(release, key));
    }
    page.gauge("node_os_info", "Which system this is; always 1.", 1, labels);
    if (const auto version = version_number(value_of(release, "VERSION_ID"))) {
        page.gauge("node_os_version", "The system's version, as major.minor.", *version,
                   {{"id", value_of(release, "ID")},
                    {"id_like", value_of(release, "ID_LIKE")},
                    {"name", value_of(release, "NAME")}});
    }
}

}  // namespace understudy::exporters

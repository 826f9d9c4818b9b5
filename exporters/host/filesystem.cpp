#include "exporters/host/filesystem.h"

#include <algorithm>
#include <array>
#include <set>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

constexpr std::array<std::string_view, 27> kTypesLeftOut{
    "autofs",   "binfmt_misc", "bpf",     "cgroup",    "cgroup2",    "configfs",   "debugfs",
    "devpts",   "devtmpfs",    "fusectl", "hugetlbfs", "iso9660",    "mqueue",     "nsfs",
    "overlay",  "proc",        "procfs",  "pstore",    "rpc_pipefs", "securityfs", "selinuxfs",
    "squashfs", "sysfs",       "tracefs", "erofs",     "efivarfs",   "fuse.lxcfs"};

bool is_inside(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool is_left_out(const Mount& mount) {
    if (std::find(kTypesLeftOut.begin(), kTypesLeftOut.end(), mount.type) != kTypesLeftOut.end()) {
        return true;
    }
    // The last three: what a container engine mounts into each container.
    for (const std::string_view folder :
         {"/dev", "/proc", "/sys", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts"}) {
        if (is_inside(mount.mountpoint, folder)) return true;
    }
    for (const std::string_view folder :
         {"/run/credentials/", "/var/lib/docker/", "/var/lib/containers/storage/"}) {
        if (mount.mountpoint.starts_with(folder)) return true;
    }
    return false;
}

// Blanks and backslashes are written as "\040": a backslash and three octal digits.
std::string unescaped(std::string_view text) {
    constexpr std::size_t kEscapeLength = 4;
    constexpr int kOctal = 8;
    std::string plain;
    while (!text.empty()) {
        int code = 0;
        if (text.front() == '\\' && text.size() >= kEscapeLength) {
            const auto* end = text.data() + kEscapeLength;
            const auto [rest, error] = std::from_chars(text.data() + 1, end, code, kOctal);
            if (error == std::errc{} && rest == end && code > 0 && code <= 0xFF) {
                plain += static_cast<char>(code);
                text.remove_prefix(kEscapeLength);
                continue;
            }
        }
        plain += text.front();
        text.remove_prefix(1);
    }
    return plain;
}

}  // namespace

core::Result<std::vector<Mount>> parse_mounts(std::string_view text) {
    std::vector<Mount> mounts;
    std::set<std::string> places;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        if (fields.size() < 4) {
            return core::failure(core::ErrorCode::kInvalid, "read /proc/self/mounts",
                                 "malformed line: " + std::string(line.substr(0, 100)));
        }
        const bool read_only = fields[3] == "ro" || fields[3].starts_with("ro,");
        Mount mount{unescaped(fields[0]), unescaped(fields[1]), std::string(fields[2]), read_only};
        if (!is_left_out(mount) && places.insert(mount.mountpoint).second) {
            mounts.push_back(std::move(mount));
        }
    }
    return mounts;
}

void add_filesystem(MetricPage& page, const Mount& mount,
                    const std::optional<FilesystemUsage>& usage) {
    const auto gauge = [&](const char* name, const char* help, double value) {
        page.gauge(
            name, help, value,
            {{"device", mount.device}, {"fstype", mount.type}, {"mountpoint", mount.mountpoint}});
    };
    gauge("node_filesystem_device_error", "Whether the filesystem could not be asked (1).",
          usage ? 0 : 1);
    gauge("node_filesystem_readonly", "Whether the filesystem is mounted read-only (1).",
          mount.read_only ? 1 : 0);
    if (!usage) return;
    gauge("node_filesystem_size_bytes", "Size of the filesystem.", usage->size_bytes);
    gauge("node_filesystem_free_bytes", "Free space.", usage->free_bytes);
    gauge("node_filesystem_avail_bytes", "Free space that is not reserved for root.",
          usage->available_bytes);
    gauge("node_filesystem_files", "File nodes.", usage->files);
    gauge("node_filesystem_files_free", "Free file nodes.", usage->files_free);
}

}  // namespace understudy::exporters

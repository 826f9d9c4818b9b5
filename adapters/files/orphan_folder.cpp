#include "adapters/files/orphan_folder.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <tuple>

#include "wire/json.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::failure;
using core::KeptOrphans;
using core::Result;

constexpr std::size_t kLongestId = 200;
constexpr std::uintmax_t kLargestNote = 1U << 20U;

// It becomes part of a path.
bool is_id(const std::string& id) {
    return !id.empty() && id.size() <= kLongestId && id.front() != '.' &&
           std::all_of(id.begin(), id.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
           });
}

std::optional<std::string> read_small(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::file_size(path, error) > kLargestNote || error) return std::nullopt;
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return file ? std::optional(text.str()) : std::nullopt;
}

std::optional<KeptOrphans> read_note(const std::filesystem::path& path) {
    const auto text = read_small(path);
    if (!text) return std::nullopt;
    auto note = wire::kept_orphans_from_json(*text);
    if (!note || note->id != path.stem().string()) return std::nullopt;
    return std::move(*note);
}

}  // namespace

Result<std::vector<KeptOrphans>> OrphanFolder::list() const {
    std::vector<KeptOrphans> orphans;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
         at.increment(error)) {
        if (at->path().extension() != ".json") continue;
        if (auto note = read_note(at->path())) orphans.push_back(std::move(*note));
    }
    if (error) {
        return failure(ErrorCode::kIo, "list " + folder_, error.message(), error.value());
    }
    std::sort(orphans.begin(), orphans.end(), [](const auto& left, const auto& right) {
        return std::tie(left.kept_at, left.id) < std::tie(right.kept_at, right.id);
    });
    return orphans;
}

std::optional<core::LastStart> OrphanFolder::last_start() const {
    const auto text = read_small(folder_ + "/last-start");
    if (!text) return std::nullopt;
    auto start = wire::last_start_from_json(*text);
    return start ? std::optional(std::move(*start)) : std::nullopt;
}

Result<std::string> OrphanFolder::path_of(const std::string& id) const {
    const std::string path = folder_ + "/" + id;
    std::error_code error;
    if (!is_id(id) || !std::filesystem::exists(path + ".json", error)) {
        return failure(ErrorCode::kNotFound, "look for orphans", "none are kept as \"" + id + "\"");
    }
    return path;
}

Result<OrphanText> OrphanFolder::sql(const std::string& id, std::uint64_t offset,
                                     std::size_t most) const {
    const auto path = path_of(id);
    if (!path) return tl::unexpected<core::Error>(path.error());
    std::ifstream file(*path + ".sql", std::ios::binary | std::ios::ate);
    if (!file) {
        return failure(ErrorCode::kNotFound, "read orphans " + id,
                       "they are not readable yet; mysqlbinlog shows " + *path + ".binlog");
    }
    OrphanText part;
    part.size = static_cast<std::uint64_t>(file.tellg());
    if (offset >= part.size) return part;
    part.text.resize(std::min<std::uint64_t>(most, part.size - offset));
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(part.text.data(), static_cast<std::streamsize>(part.text.size()));
    if (!file) return failure(ErrorCode::kIo, "read orphans " + id, "cannot read " + *path);
    return part;
}

Result<void> OrphanFolder::discard(const std::string& id) const {
    const auto path = path_of(id);
    if (!path) return tl::unexpected<core::Error>(path.error());
    for (const char* ending : {".sql", ".binlog", ".json"}) {
        std::error_code error;
        std::filesystem::remove(*path + ending, error);
        if (error) {
            return failure(ErrorCode::kIo, "delete " + *path + ending, error.message(),
                           error.value());
        }
    }
    return {};
}

}  // namespace understudy::adapters

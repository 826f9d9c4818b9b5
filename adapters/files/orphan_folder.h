// The orphans that are kept on this host: descriptions (NAME.json, by understudy-prestart), the
// binary logs (NAME.binlog) and their readable SQL (NAME.sql, by mysqlbinlog).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clone.h"
#include "core/orphans.h"
#include "core/result.h"

namespace understudy::adapters {

// Part of a readable file.
struct OrphanText {
    std::string text;
    std::uint64_t size = 0;  // of the whole
};

class OrphanFolder {
  public:
    explicit OrphanFolder(std::string folder) : folder_(std::move(folder)) {}

    // The oldest first. A description that cannot be read is passed over. kIo: the folder.
    [[nodiscard]] core::Result<std::vector<core::KeptOrphans>> list() const;

    // What the newest step before mysqld's start did; nothing: unknown.
    [[nodiscard]] std::optional<core::LastStart> last_start() const;

    // At most `most` bytes of the SQL. kNotFound: no such orphans, or not yet made readable.
    [[nodiscard]] core::Result<OrphanText> sql(const std::string& id, std::uint64_t offset,
                                               std::size_t most) const;

    // Deletes all three, the description last, so that it can be repeated. kNotFound, kIo.
    [[nodiscard]] core::Result<void> discard(const std::string& id) const;

  private:
    [[nodiscard]] core::Result<std::string> path_of(const std::string& id) const;

    std::string folder_;
};

}  // namespace understudy::adapters

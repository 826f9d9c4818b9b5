#include "agent/rejoin_file.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <utility>

#include "adapters/files/replace_file.h"
#include "wire/json.h"

namespace understudy::agent {

namespace {

constexpr unsigned kReadableByMysqld = 0644;  // holds no secret

}  // namespace

RejoinFile::RejoinFile(std::string path) : path_(std::move(path)) {}

void RejoinFile::tell(const std::optional<core::RejoinOrder>& order) const {
    if (!order) {
        std::error_code error;
        std::filesystem::remove(path_, error);
        if (error) spdlog::error("remove {}: {}", path_, error.message());
        return;
    }
    const auto written = adapters::replace_file(path_, wire::to_json(*order), kReadableByMysqld,
                                                adapters::Durability::kUntilReboot);
    if (!written) spdlog::error("{}", core::describe(written.error()));
}

}  // namespace understudy::agent

#include "adapters/files/assignment_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "adapters/files/replace_file.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::Result;

constexpr unsigned kOwnerOnly = 0600;

tl::unexpected<core::Error> cannot(const std::string& operation) {
    const int number = errno;
    return core::failure(ErrorCode::kIo, operation, std::strerror(number), number);
}

}  // namespace

AssignmentFile::AssignmentFile(std::string path) : path_(std::move(path)) {}

Result<std::optional<std::string>> AssignmentFile::load() {
    if (!std::filesystem::exists(path_)) return std::nullopt;
    std::ifstream file(path_);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) return cannot("read " + path_);
    return text.str();
}

Result<void> AssignmentFile::store(std::string_view text) {
    return replace_file(path_, text, kOwnerOnly, Durability::kDurable);
}

}  // namespace understudy::adapters

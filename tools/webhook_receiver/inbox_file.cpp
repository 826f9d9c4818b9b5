#include "tools/webhook_receiver/inbox_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace understudy::tools {

namespace {

using core::ErrorCode;
using core::Result;
using nlohmann::json;

Result<void> written(const std::ofstream& stream, const std::filesystem::path& file) {
    if (stream.good()) return {};
    return core::failure(ErrorCode::kIo, "write " + file.string(), std::strerror(errno), errno);
}

}  // namespace

InboxFile::InboxFile(std::filesystem::path file, std::string hook, std::size_t most_lines)
    : file_(std::move(file)), hook_(std::move(hook)), most_lines_(most_lines) {
    std::ifstream stream(file_);
    bool damaged = false;
    for (std::string line; std::getline(stream, line);) {
        if (json::accept(line)) {
            lines_.push_back(line);
        } else {
            damaged = true;
        }
    }
    while (lines_.size() > most_lines_) lines_.pop_front();
    // A line cut off would swallow the next one. Failing here shows when that is to be written.
    if (damaged) (void)rewrite();
}

Result<void> InboxFile::add(const std::string& body, core::WallTime at) {
    const json parsed = json::parse(body, nullptr, false);
    const json line{{"at_us", at.time_since_epoch().count()},
                    {"hook", hook_},
                    {"body", parsed.is_discarded() ? json(body) : parsed}};
    lines_.push_back(line.dump(-1, ' ', false, json::error_handler_t::replace));
    if (lines_.size() > most_lines_) {
        lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(most_lines_ / 2));
        return rewrite();
    }
    std::ofstream stream(file_, std::ios::app);
    stream << lines_.back() << "\n" << std::flush;
    return written(stream, file_);
}

Result<void> InboxFile::rewrite() const {
    const std::filesystem::path fresh = file_.string() + ".new";
    {
        std::ofstream stream(fresh, std::ios::trunc);
        for (const auto& line : lines_) stream << line << "\n";
        stream << std::flush;
        if (auto done = written(stream, fresh); !done) return done;
    }
    std::error_code failed;
    std::filesystem::rename(fresh, file_, failed);
    if (!failed) return {};
    return core::failure(ErrorCode::kIo, "replace " + file_.string(), failed.message());
}

}  // namespace understudy::tools

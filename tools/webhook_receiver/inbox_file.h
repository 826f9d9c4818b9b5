// What one hook received: a file of JSON lines, {"at_us", "hook", "body"}, the newest last.
// Bounded: beyond the limit the older half is dropped.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::tools {

class InboxFile {
  public:
    // Reads what is there already; lines that are no JSON (a crash in the middle of one) are
    // passed over.
    InboxFile(std::filesystem::path file, std::string hook, std::size_t most_lines);

    // A body that is JSON is kept as JSON, any other as a text. kIo: not kept.
    core::Result<void> add(const std::string& body, core::WallTime at);

    [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

  private:
    core::Result<void> rewrite() const;

    std::filesystem::path file_;
    std::string hook_;
    std::size_t most_lines_;
    std::deque<std::string> lines_;
};

}  // namespace understudy::tools
